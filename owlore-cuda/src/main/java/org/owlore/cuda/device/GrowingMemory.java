package org.owlore.cuda.device;

import lombok.NonNull;
import lombok.RequiredArgsConstructor;

/** Device memory that one task after another works in: as large as the largest needed. */
@RequiredArgsConstructor
public final class GrowingMemory implements AutoCloseable {
  /** What arrays within should begin at multiples of, bytes: fast for copies and products. */
  public static final long ALIGNMENT = 256;

  @NonNull private final Device device;
  private DeviceMemory memory;

  /**
   * Memory of at least that size; what was handed out before is no longer valid if it grew.
   *
   * @throws OutOfDeviceMemoryException when there is not so much; nothing is held then
   */
  public DeviceMemory atLeast(long bytes) {
    if (memory == null || memory.bytes() < bytes) {
      close();
      memory = device.allocate(bytes);
    }
    return memory;
  }

  /** Where it begins; some must have been asked for. */
  public Place start() {
    return memory.start();
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
