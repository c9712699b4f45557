package org.owlore.cuda.driver;

import com.sun.jna.ptr.LongByReference;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;

/** Memory of a CUDA device. */
final class CudaMemory implements DeviceMemory {
  private final CudaQueue queue;
  private final long address;
  private boolean closed;

  /** Its size. */
  @Getter
  @Accessors(fluent = true)
  private final long bytes;

  /**
   * Takes memory, a multiple of 256 bytes from the beginning of the device's.
   *
   * @throws OutOfDeviceMemoryException when there is not so much
   */
  CudaMemory(@NonNull CudaQueue queue, long bytes) {
    this.queue = queue;
    this.bytes = bytes;
    queue.enter();
    LongByReference taken = new LongByReference();
    if (bytes > 0) {
      int result = queue.driver().api().cuMemAlloc_v2(taken, bytes);
      if (result == Driver.OUT_OF_MEMORY) {
        throw new OutOfDeviceMemoryException(bytes, free(queue));
      }
      queue.driver().check(result, "take %d bytes of memory".formatted(bytes));
    }
    this.address = taken.getValue();
  }

  /** How much memory the device has free, bytes. */
  static long free(CudaQueue queue) {
    queue.enter();
    LongByReference free = new LongByReference();
    queue
        .driver()
        .check(
            queue.driver().api().cuMemGetInfo_v2(free, new LongByReference()),
            "tell how much memory is free");
    return free.getValue();
  }

  /**
   * The address of a place.
   *
   * @param queue of the device that is to use it
   * @param bytes that must lie behind it
   * @throws IllegalArgumentException when the memory is another device's or too small
   * @throws IllegalStateException when it was released
   */
  static long address(CudaQueue queue, Place place, long bytes) {
    if (!(place.memory() instanceof CudaMemory memory) || memory.queue != queue) {
      throw new IllegalArgumentException(
          "The memory was taken from another device: take it from the one that works on it.");
    }
    if (memory.closed) {
      throw new IllegalStateException(
          "Device memory of %d bytes is used after it was closed.".formatted(memory.bytes));
    }
    if (place.offset() < 0 || bytes < 0 || place.offset() + bytes > memory.bytes) {
      throw new IllegalArgumentException(
          "%d bytes from byte %d on do not lie within device memory of %d bytes."
              .formatted(bytes, place.offset(), memory.bytes));
    }
    return memory.address + place.offset();
  }

  /** Waits for what was asked before, since that may be using it. */
  @Override
  public void close() {
    if (!closed && address != 0) {
      queue.synchronize();
      queue.driver().check(queue.driver().api().cuMemFree_v2(address), "release memory");
    }
    closed = true;
  }
}
