package org.owlore.cuda.driver;

import java.util.HashMap;
import java.util.Map;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.driver.ProductPlan.Alignment;

/** Matrix products on a device: each is planned once. */
final class MatrixProducts implements AutoCloseable {
  private static final long WORKSPACE_BYTES = 32L << 20;

  private final CudaQueue queue;
  private final Cublas cublas;
  private final ProductPrecision precision;
  private final CudaMemory workspace;
  private final Map<Key, ProductPlan> plans = new HashMap<>();

  private record Key(MatrixProduct product, Alignment alignment) {}

  /** Products by a library, which is started here. */
  MatrixProducts(
      @NonNull CudaQueue queue, @NonNull CublasLtApi api, @NonNull ProductPrecision precision) {
    this.queue = queue;
    this.precision = precision;
    queue.enter();
    cublas = new Cublas(api);
    try {
      workspace = new CudaMemory(queue, WORKSPACE_BYTES);
    } catch (DeviceException e) {
      cublas.close();
      throw e;
    }
  }

  /** Multiplies, from and to addresses. */
  void multiply(@NonNull MatrixProduct product, long left, long right, long output) {
    if (product.rows() * product.columns() * product.batches() == 0) {
      return;
    }
    long stream = queue.enter();
    ProductPlan plan =
        plans.computeIfAbsent(new Key(product, Alignment.of(left, right, output)), this::plan);
    long memory = CudaMemory.address(queue, workspace.start(), WORKSPACE_BYTES);
    plan.run(left, right, output, memory, WORKSPACE_BYTES, stream);
  }

  private ProductPlan plan(Key key) {
    return new ProductPlan(cublas, key.product, precision, key.alignment, WORKSPACE_BYTES);
  }

  @Override
  public void close() {
    plans.values().forEach(ProductPlan::close);
    workspace.close();
    cublas.close();
  }
}
