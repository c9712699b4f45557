package org.owlore.cuda.driver;

import java.util.List;
import java.util.function.Function;
import lombok.NonNull;
import org.bytedeco.javacpp.Pointer;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * A CUDA device. Kernels are compiled when they are first run and kept on disk. A download is under
 * way beside other work only if it goes to {@link #allocatePinned pinned} memory; one to other
 * memory is waited for. Memory is to be closed before the device is.
 */
public final class CudaDevice implements Device {
  private static final int STAGING_PIECES = 4;
  private static final long STAGING_BYTES = 8L << 20;

  private final DeviceDescription description;
  private final CudaQueue queue;
  private final LoadedKernels kernels;
  private final StagingRing staging;
  private final MatrixProducts products;
  private final Function<CudaQueue, EigenSolver> solvers;

  /** Started when it is first needed, which may be never: its library is large. */
  private EigenSolver solver;

  private boolean closed;

  /** A device with what it works by; the queue is closed with it. */
  CudaDevice(
      @NonNull DeviceDescription description,
      @NonNull CudaQueue queue,
      @NonNull LoadedKernels.Code code,
      @NonNull Function<CudaQueue, MatrixProducts> products,
      @NonNull Function<CudaQueue, EigenSolver> solvers) {
    this.description = description;
    this.queue = queue;
    this.solvers = solvers;
    this.kernels = new LoadedKernels(queue, code);
    StagingRing ring = null;
    try {
      ring = new StagingRing(queue, STAGING_PIECES, STAGING_BYTES);
      this.products = products.apply(queue);
      this.staging = ring;
    } catch (DeviceException e) {
      if (ring != null) {
        ring.close();
      }
      queue.close();
      throw e;
    }
  }

  @Override
  public DeviceDescription description() {
    return description;
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    return new CudaMemory(queue, bytes);
  }

  @Override
  public HostMemory allocatePinned(long bytes) {
    return new PinnedMemory(queue, bytes);
  }

  @Override
  public long freeBytes() {
    return CudaMemory.free(queue);
  }

  @Override
  public void upload(@NonNull Pointer host, @NonNull Place target, long bytes) {
    queue.requireNotRecording("copy from or to the host");
    staging.upload(HostPlace.address(host), CudaMemory.address(queue, target, bytes), bytes);
  }

  @Override
  public Transfer download(@NonNull Place source, @NonNull Pointer host, long bytes) {
    long from = CudaMemory.address(queue, source, bytes);
    if (bytes > 0) {
      Driver driver = queue.driver();
      driver.check(
          driver.api().cuMemcpyDtoHAsync_v2(HostPlace.address(host), from, bytes, queue.enter()),
          "copy to the host");
    }
    return new Download(queue, queue.mark());
  }

  @Override
  public void copy(@NonNull Place source, @NonNull Place target, long bytes) {
    long from = CudaMemory.address(queue, source, bytes);
    long to = CudaMemory.address(queue, target, bytes);
    if (bytes > 0) {
      Driver driver = queue.driver();
      driver.check(
          driver.api().cuMemcpyDtoDAsync_v2(to, from, bytes, queue.enter()),
          "copy within the device");
    }
  }

  @Override
  public void clear(@NonNull Place target, long bytes) {
    long address = CudaMemory.address(queue, target, bytes);
    if (bytes > 0) {
      Driver driver = queue.driver();
      driver.check(
          driver.api().cuMemsetD8Async(address, (byte) 0, bytes, queue.enter()), "clear memory");
    }
  }

  @Override
  public void launch(@NonNull Kernel kernel, @NonNull List<Place> arguments) {
    if (arguments.size() != kernel.parameters().size()) {
      throw new IllegalArgumentException(
          "Kernel %s has %d parameters, but was given %d places."
              .formatted(kernel.name(), kernel.parameters().size(), arguments.size()));
    }
    kernels.launch(kernel, addresses(arguments));
  }

  private long[] addresses(List<Place> arguments) {
    long[] addresses = new long[arguments.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = CudaMemory.address(queue, arguments.get(i), 0);
    }
    return addresses;
  }

  @Override
  public void multiply(
      @NonNull MatrixProduct product,
      @NonNull Place left,
      @NonNull Place right,
      @NonNull Place output) {
    products.multiply(
        product,
        CudaMemory.address(queue, left, 0),
        CudaMemory.address(queue, right, 0),
        CudaMemory.address(queue, output, 0));
  }

  /**
   * Runs a pass over an attention.
   *
   * @throws IllegalArgumentException if its depths are above {@link Attention#LARGEST_DEPTH} by so
   *     much that there is no room
   */
  @Override
  public void attend(@NonNull Attention attention, @NonNull List<Place> arguments) {
    if (arguments.size() != attention.arrays()) {
      throw new IllegalArgumentException(
          "Pass %s of an attention works on %d arrays, but was given %d places."
              .formatted(attention.pass(), attention.arrays(), arguments.size()));
    }
    kernels.attend(attention, addresses(arguments));
  }

  @Override
  public void decompose(int size, @NonNull Place matrix, @NonNull Place eigenvalues) {
    long bytes = (long) size * NumberType.FLOAT32.getWidth();
    long matrixAddress = CudaMemory.address(queue, matrix, bytes * size);
    long eigenvaluesAddress = CudaMemory.address(queue, eigenvalues, bytes);
    queue.requireNotRecording("find eigenvectors");
    if (solver == null) {
      solver = solvers.apply(queue);
    }
    solver.decompose(size, matrixAddress, eigenvaluesAddress);
  }

  /** As a CUDA graph. Kernels that were never run are compiled meanwhile. */
  @Override
  public Recording record(@NonNull Runnable work) {
    return new CudaGraph(queue, work);
  }

  @Override
  public void synchronize() {
    queue.synchronize();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      queue.synchronize();
      if (solver != null) {
        solver.close();
      }
      products.close();
      staging.close();
      kernels.close();
    } finally {
      queue.close();
    }
  }

  /** A copy under way; its mark can be waited for once. */
  private static final class Download implements Transfer {
    private final CudaQueue queue;
    private final long mark;
    private boolean done;

    Download(CudaQueue queue, long mark) {
      this.queue = queue;
      this.mark = mark;
    }

    @Override
    public void await() {
      if (!done) {
        queue.await(mark);
        done = true;
      }
    }
  }
}
