package org.owlore.cuda.driver;

import com.sun.jna.ptr.LongByReference;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;
import org.bytedeco.javacpp.Pointer;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.HostMemory;

/** Page-locked memory of the host. */
final class PinnedMemory implements HostMemory {
  private final CudaQueue queue;
  private final long address;
  private boolean closed;

  /** Its size. */
  @Getter
  @Accessors(fluent = true)
  private final long bytes;

  /**
   * Takes memory.
   *
   * @throws DeviceException when there is not so much
   */
  PinnedMemory(@NonNull CudaQueue queue, long bytes) {
    this.queue = queue;
    this.bytes = bytes;
    queue.enter();
    LongByReference taken = new LongByReference();
    if (bytes > 0) {
      int result = queue.driver().api().cuMemAllocHost_v2(taken, bytes);
      if (result == Driver.OUT_OF_MEMORY) {
        throw new DeviceException(
            "The host has no %.1f MB left that a device can copy from: free memory, or let less of the state rest on the host."
                .formatted(bytes / 1e6));
      }
      queue.driver().check(result, "take %d bytes of the host's memory".formatted(bytes));
    }
    this.address = taken.getValue();
  }

  @Override
  public Pointer pointer() {
    return new HostPlace(address(), bytes);
  }

  /** Its address. */
  long address() {
    if (closed) {
      throw new IllegalStateException(
          "Pinned memory of %d bytes is used after it was closed.".formatted(bytes));
    }
    return address;
  }

  /** Waits for what was asked before, since that may be using it. */
  @Override
  public void close() {
    if (!closed && address != 0) {
      queue.synchronize();
      queue.driver().check(queue.driver().api().cuMemFreeHost(address), "release host memory");
    }
    closed = true;
  }
}
