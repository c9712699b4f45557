package org.owlore.cuda.device;

import lombok.NonNull;

/**
 * Where an array begins on a device.
 *
 * @param memory the piece of memory
 * @param offset bytes from its beginning
 */
public record Place(@NonNull DeviceMemory memory, long offset) {

  /** A place some bytes further on. */
  public Place plus(long bytes) {
    return new Place(memory, offset + bytes);
  }
}
