package org.owlore.cuda.device;

import java.util.List;
import lombok.NonNull;
import org.bytedeco.javacpp.Pointer;
import org.owlore.cuda.kernel.Kernel;

/**
 * A machine that runs kernels. What is asked of it is done in the order in which it was asked, but
 * maybe later: only {@link #synchronize} and {@link Transfer#await} wait. Not thread-safe.
 */
public interface Device extends AutoCloseable {

  /** What it is. */
  DeviceDescription description();

  /**
   * Takes memory, without defined content.
   *
   * @param bytes at least 0
   * @throws OutOfDeviceMemoryException when there is not so much; the device stays usable
   */
  DeviceMemory allocate(long bytes);

  /**
   * Takes memory of the host that the device copies from and to at full speed.
   *
   * @param bytes at least 0
   * @throws DeviceException when there is not so much
   */
  HostMemory allocatePinned(long bytes);

  /** Memory that is free, bytes. */
  long freeBytes();

  /** Copies from the host; the host's memory may change as soon as this returns. */
  void upload(@NonNull Pointer host, @NonNull Place target, long bytes);

  /** Copies to the host, once all that was asked before is done. */
  Transfer download(@NonNull Place source, @NonNull Pointer host, long bytes);

  /** Copies within the device. */
  void copy(@NonNull Place source, @NonNull Place target, long bytes);

  /** Makes all bytes zero. */
  void clear(@NonNull Place target, long bytes);

  /**
   * Runs a kernel.
   *
   * @param arguments where each of its parameters begins
   */
  void launch(@NonNull Kernel kernel, @NonNull List<Place> arguments);

  /** Multiplies matrices. */
  void multiply(
      @NonNull MatrixProduct product,
      @NonNull Place left,
      @NonNull Place right,
      @NonNull Place output);

  /**
   * Runs a pass over an attention.
   *
   * @param arguments where each array begins, in the order that {@link Attention.Pass} tells
   */
  void attend(@NonNull Attention attention, @NonNull List<Place> arguments);

  /**
   * Replaces a symmetric float32 matrix by its eigenvectors, one in each row, and finds the
   * eigenvalues, in ascending order.
   *
   * @param size rows and columns
   * @param matrix float32 {@code [size, size]}
   * @param eigenvalues receives float32 {@code [size]}
   */
  void decompose(int size, @NonNull Place matrix, @NonNull Place eigenvalues);

  /**
   * Notes what some work asks of the device, so that all of it can be asked again at once. Only
   * kernels, products, copies within the device and clearing can be noted; none of it is done yet.
   *
   * @param work asks for the same, of the same memory, whenever it is run
   */
  Recording record(@NonNull Runnable work);

  /** Waits until all that was asked is done. */
  void synchronize();

  @Override
  void close();

  /** A copy to the host that is under way. */
  @FunctionalInterface
  interface Transfer {
    /** Waits until it is done. */
    void await();
  }

  /** Work that was noted; valid while the memory that it uses is held. Closing forgets it. */
  interface Recording extends AutoCloseable {
    /** Asks for all of it. */
    void run();

    @Override
    void close();
  }
}
