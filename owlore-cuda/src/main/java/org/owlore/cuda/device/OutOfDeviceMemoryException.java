package org.owlore.cuda.device;

import lombok.Getter;

/** A device has less memory than was asked for. It stays usable. */
@Getter
public final class OutOfDeviceMemoryException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** What was asked for. */
  private final long requestedBytes;

  /** What was free. */
  private final long freeBytes;

  /** Takes both numbers, in bytes. */
  public OutOfDeviceMemoryException(long requestedBytes, long freeBytes) {
    super(
        "The device has %.1f MB free, but %.1f MB are needed."
            .formatted(freeBytes / 1e6, requestedBytes / 1e6));
    this.requestedBytes = requestedBytes;
    this.freeBytes = freeBytes;
  }
}
