package org.owlore.cuda.execution;

import lombok.RequiredArgsConstructor;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;

/** The memory that programs compute in, one after another: as large as the largest needs. */
@RequiredArgsConstructor
public final class Arena implements AutoCloseable {
  private final Device device;
  private DeviceMemory memory;

  /**
   * Memory of at least that size; what was handed out before is no longer valid if it grew.
   *
   * @throws org.owlore.cuda.device.OutOfDeviceMemoryException when there is not so much; the arena
   *     is empty then
   */
  DeviceMemory atLeast(long bytes) {
    if (memory == null || memory.bytes() < bytes) {
      close();
      memory = device.allocate(bytes);
    }
    return memory;
  }

  /** Bytes held. */
  public long bytes() {
    return memory == null ? 0 : memory.bytes();
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
