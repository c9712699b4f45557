package org.owlore.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceException;

/**
 * Eigenvectors of symmetric matrices by cuSOLVER. It writes an eigenvector into each column of a
 * matrix that lies column by column: into each row of one that lies row by row.
 */
final class EigenSolver implements AutoCloseable {
  private static final int WITH_VECTORS = 1;
  private static final int LOWER_TRIANGLE = 0;

  private final CudaQueue queue;
  private final CusolverApi api;
  private final long handle;

  /** A solver by a library, which is started here. */
  EigenSolver(@NonNull CudaQueue queue, @NonNull CusolverApi api) {
    this.queue = queue;
    this.api = api;
    long stream = queue.enter();
    LongByReference created = new LongByReference();
    check(api.cusolverDnCreate(created), "be started");
    handle = created.getValue();
    check(api.cusolverDnSetStream(handle, stream), "work in order with everything else");
  }

  /**
   * Replaces a matrix by its eigenvectors. Waits for the result, and gives the memory that it
   * worked in back.
   *
   * @param matrix address of float32 {@code [size, size]}
   * @param eigenvalues address of float32 {@code [size]}
   * @throws DeviceException when no eigenvectors are found, as in a matrix with NaN
   */
  void decompose(int size, long matrix, long eigenvalues) {
    long stream = queue.enter();
    IntByReference length = new IntByReference();
    check(
        api.cusolverDnSsyevd_bufferSize(
            handle, WITH_VECTORS, LOWER_TRIANGLE, size, matrix, size, eigenvalues, length),
        "tell how much memory it needs");
    long workBytes = (long) length.getValue() * Float.BYTES;
    try (CudaMemory work = new CudaMemory(queue, workBytes);
        CudaMemory information = new CudaMemory(queue, Integer.BYTES)) {
      long informationAddress = CudaMemory.address(queue, information.start(), Integer.BYTES);
      check(
          api.cusolverDnSsyevd(
              handle,
              WITH_VECTORS,
              LOWER_TRIANGLE,
              size,
              matrix,
              size,
              eigenvalues,
              CudaMemory.address(queue, work.start(), workBytes),
              length.getValue(),
              informationAddress),
          "find eigenvectors");
      checkConverged(size, informationAddress, stream);
    }
  }

  private void checkConverged(int size, long informationAddress, long stream) {
    try (Memory information = new Memory(Integer.BYTES)) {
      Driver driver = queue.driver();
      driver.check(
          driver
              .api()
              .cuMemcpyDtoHAsync_v2(
                  Pointer.nativeValue(information), informationAddress, Integer.BYTES, stream),
          "copy to the host");
      queue.synchronize();
      int missing = information.getInt(0);
      if (missing != 0) {
        throw new DeviceException(
            "cuSOLVER found no eigenvectors of a symmetric matrix of size %d (info %d): does it hold numbers that are not finite?"
                .formatted(size, missing));
      }
    }
  }

  private static void check(int status, String task) {
    if (status != 0) {
      throw new DeviceException("cuSOLVER could not %s: status %d.".formatted(task, status));
    }
  }

  @Override
  public void close() {
    api.cusolverDnDestroy(handle);
  }
}
