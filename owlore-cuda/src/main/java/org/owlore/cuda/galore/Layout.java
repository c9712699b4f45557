package org.owlore.cuda.galore;

/** Lays arrays out one after the other in a piece of memory. */
final class Layout {
  private final long alignment;
  private long bytes;

  /**
   * An empty layout.
   *
   * @param alignment what each array's beginning is a multiple of, bytes
   */
  Layout(long alignment) {
    this.alignment = alignment;
  }

  /** Adds an array of float32 or int32 numbers; returns where it begins, in bytes. */
  long add(long numbers) {
    long offset = (bytes + alignment - 1) / alignment * alignment;
    bytes = Math.addExact(offset, Math.multiplyExact(4L, numbers));
    return offset;
  }

  /** Bytes of all arrays together. */
  long bytes() {
    return bytes;
  }
}
