package org.owlore.cuda.device;

/** A piece of a device's memory. Closing releases it. */
public interface DeviceMemory extends AutoCloseable {

  /** Its size. */
  long bytes();

  @Override
  void close();

  /** Its beginning. */
  default Place start() {
    return new Place(this, 0);
  }

  /** A place within. */
  default Place at(long offset) {
    return new Place(this, offset);
  }
}
