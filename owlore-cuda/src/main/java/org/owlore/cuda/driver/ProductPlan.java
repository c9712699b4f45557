package org.owlore.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ToIntFunction;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.NumberType;

/**
 * How cuBLASLt computes a product. It thinks in columns: what lies row by row is transposed to it,
 * so C = A B is asked for as C^T = B^T A^T.
 */
final class ProductPlan implements AutoCloseable {
  private static final int SCALE_IN_FLOAT32 = 0;
  private static final int TRANSPOSED = 1;
  private static final long RESULT_BYTES = 96;

  private final Cublas cublas;
  private final MatrixProduct product;
  private final List<Runnable> releases = new ArrayList<>();
  private final Memory factor = new Memory(Float.BYTES);
  private final Memory keep = new Memory(Float.BYTES);
  private final Memory algorithm = new Memory(RESULT_BYTES);
  private final long description;
  private final long right;
  private final long left;
  private final long output;

  /** Attributes of what cuBLASLt calls a description. */
  private static final class Description {
    static final int TRANSPOSE_FIRST = 3;
    static final int TRANSPOSE_SECOND = 4;
  }

  /** Attributes of what cuBLASLt calls a layout. */
  private static final class Layout {
    static final int BATCHES = 5;
    static final int STRIDE = 6;
  }

  /** Attributes of what cuBLASLt calls a preference. */
  private static final class Preference {
    static final int WORKSPACE_BYTES = 1;
    static final int ALIGNMENT_FIRST = 5;
    static final int ALIGNMENT_SECOND = 6;
    static final int ALIGNMENT_BEFORE = 7;
    static final int ALIGNMENT_AFTER = 8;
  }

  /**
   * What the addresses are multiples of, at most 256.
   *
   * @param left of A
   * @param right of B
   * @param output of C
   */
  record Alignment(int left, int right, int output) {
    private static final long MOST = 256;

    /** Of three addresses. */
    static Alignment of(long left, long right, long output) {
      return new Alignment(of(left), of(right), of(output));
    }

    private static int of(long address) {
      return (int) Long.lowestOneBit(address | MOST);
    }
  }

  /**
   * Plans a product.
   *
   * @throws DeviceException when cuBLASLt cannot compute it
   */
  ProductPlan(
      @NonNull Cublas cublas,
      @NonNull MatrixProduct product,
      @NonNull ProductPrecision precision,
      @NonNull Alignment alignment,
      long workspaceBytes) {
    this.cublas = cublas;
    this.product = product;
    factor.setFloat(0, (float) product.factor());
    keep.setFloat(0, (float) product.keep());
    boolean fewerBits = product.operands() == NumberType.FLOAT32 && !product.allBits();
    int compute = (fewerBits ? precision : ProductPrecision.FLOAT32).getComputeType();
    CublasLtApi api = cublas.api();
    description =
        created(
            handle -> api.cublasLtMatmulDescCreate(handle, compute, SCALE_IN_FLOAT32),
            api::cublasLtMatmulDescDestroy);
    transpose(Description.TRANSPOSE_FIRST, product.transposeRight());
    transpose(Description.TRANSPOSE_SECOND, product.transposeLeft());
    right =
        product.transposeRight()
            ? layout(product.columns(), product.inner(), product.operands(), product.rightStride())
            : layout(product.inner(), product.columns(), product.operands(), product.rightStride());
    left =
        product.transposeLeft()
            ? layout(product.inner(), product.rows(), product.operands(), product.leftStride())
            : layout(product.rows(), product.inner(), product.operands(), product.leftStride());
    output = layout(product.rows(), product.columns(), product.output(), product.outputStride());
    choose(alignment, workspaceBytes);
  }

  /** Computes it, from and to addresses of the device. */
  void run(long a, long b, long c, long workspace, long workspaceBytes, long stream) {
    cublas.check(
        cublas
            .api()
            .cublasLtMatmul(
                cublas.handle(),
                description,
                factor,
                b,
                right,
                a,
                left,
                keep,
                c,
                output,
                c,
                output,
                algorithm,
                workspace,
                workspaceBytes,
                stream),
        "multiply " + product);
  }

  @Override
  public void close() {
    releases.forEach(Runnable::run);
    List.of(factor, keep, algorithm).forEach(Memory::close);
  }

  /** The layout of matrices that lie row by row: to cuBLASLt, the transposed column by column. */
  private long layout(long rows, long columns, NumberType type, long stride) {
    CublasLtApi api = cublas.api();
    long layout =
        created(
            handle -> api.cublasLtMatrixLayoutCreate(handle, code(type), columns, rows, columns),
            api::cublasLtMatrixLayoutDestroy);
    if (product.batches() > 1) {
      Setter setter = api::cublasLtMatrixLayoutSetAttribute;
      set(setter, layout, Layout.BATCHES, Math.toIntExact(product.batches()));
      set(setter, layout, Layout.STRIDE, stride);
    }
    return layout;
  }

  private void transpose(int attribute, boolean transposed) {
    if (transposed) {
      set(cublas.api()::cublasLtMatmulDescSetAttribute, description, attribute, TRANSPOSED);
    }
  }

  private void choose(Alignment alignment, long workspaceBytes) {
    CublasLtApi api = cublas.api();
    LongByReference handle = new LongByReference();
    cublas.check(api.cublasLtMatmulPreferenceCreate(handle), "state what it may use");
    long preference = handle.getValue();
    try {
      Setter setter = api::cublasLtMatmulPreferenceSetAttribute;
      set(setter, preference, Preference.WORKSPACE_BYTES, workspaceBytes);
      set(setter, preference, Preference.ALIGNMENT_FIRST, alignment.right());
      set(setter, preference, Preference.ALIGNMENT_SECOND, alignment.left());
      set(setter, preference, Preference.ALIGNMENT_BEFORE, alignment.output());
      set(setter, preference, Preference.ALIGNMENT_AFTER, alignment.output());
      choose(preference);
    } finally {
      api.cublasLtMatmulPreferenceDestroy(preference);
    }
  }

  private void choose(long preference) {
    IntByReference found = new IntByReference();
    cublas.check(
        cublas
            .api()
            .cublasLtMatmulAlgoGetHeuristic(
                cublas.handle(),
                description,
                right,
                left,
                output,
                output,
                preference,
                1,
                algorithm,
                found),
        "find a way to compute " + product);
    if (found.getValue() == 0) {
      throw new DeviceException("cuBLASLt knows no way to compute " + product + ".");
    }
  }

  /** Sets an attribute of a description, a layout or a preference. */
  @FunctionalInterface
  private interface Setter {
    int set(long target, int attribute, Pointer value, long bytes);
  }

  private void set(Setter setter, long target, int attribute, int value) {
    try (Memory number = new Memory(Integer.BYTES)) {
      number.setInt(0, value);
      cublas.check(setter.set(target, attribute, number, Integer.BYTES), "plan " + product);
    }
  }

  private void set(Setter setter, long target, int attribute, long value) {
    try (Memory number = new Memory(Long.BYTES)) {
      number.setLong(0, value);
      cublas.check(setter.set(target, attribute, number, Long.BYTES), "plan " + product);
    }
  }

  private long created(ToIntFunction<LongByReference> create, LongConsumer release) {
    LongByReference handle = new LongByReference();
    cublas.check(create.applyAsInt(handle), "plan " + product);
    releases.add(() -> release.accept(handle.getValue()));
    return handle.getValue();
  }

  /** {@code cudaDataType_t}. */
  private static int code(NumberType type) {
    return switch (type) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 2;
      case BFLOAT16 -> 14;
      default ->
          throw new IllegalArgumentException(
              "Matrices of "
                  + type
                  + " cannot be multiplied on a device: cast them to a real type.");
    };
  }
}
