package org.owlore.cuda.galore;

import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.Place;

/** Device memory for what does not outlive one variable's update; it only grows. */
final class Scratch implements AutoCloseable {
  /** What arrays begin at, bytes. */
  static final long ALIGNMENT = 256;

  private final Device device;
  private DeviceMemory memory;

  Scratch(Device device) {
    this.device = device;
  }

  /** Makes sure that there is so much, in place of what there was. */
  void require(long bytes) {
    if (bytes() < bytes) {
      close();
      memory = device.allocate(bytes);
    }
  }

  /** Where it begins. */
  Place place() {
    return memory.start();
  }

  /** Bytes on the device. */
  long bytes() {
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
