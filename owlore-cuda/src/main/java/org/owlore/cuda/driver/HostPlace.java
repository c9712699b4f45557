package org.owlore.cuda.driver;

import org.bytedeco.javacpp.Pointer;

/** A place in the host's memory, by its address; owns nothing. */
final class HostPlace extends Pointer {

  /** Some bytes from an address on. */
  HostPlace(long address, long bytes) {
    this.address = address;
    this.limit = bytes;
    this.capacity = bytes;
  }

  /** The address that a pointer points to, wherever it stands. */
  static long address(Pointer pointer) {
    long position = pointer.position();
    return position == 0 ? pointer.address() : pointer.address() + position * pointer.sizeof();
  }

  /** Copies within the host's memory. */
  static void copy(long source, long target, long bytes) {
    memcpy(new HostPlace(target, bytes), new HostPlace(source, bytes), bytes);
  }
}
