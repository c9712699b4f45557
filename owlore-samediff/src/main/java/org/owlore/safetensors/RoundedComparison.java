package org.owlore.safetensors;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.precision.ArrayBits;
import org.owlore.precision.HalfPrecision;

/** Takes numbers as if to store them, and compares them with those that are stored. */
final class RoundedComparison implements ArrayBits {
  private final ArrayBits stored;
  private final HalfPrecision precision;
  private boolean equal = true;

  /**
   * A comparison.
   *
   * @param stored HALF or BFLOAT16; not changed
   */
  RoundedComparison(INDArray stored) {
    this.stored = ArrayBits.of(stored);
    this.precision = HalfPrecision.of(stored.dataType());
  }

  /** Whether all numbers that were written are stored already. */
  boolean equal() {
    return equal;
  }

  @Override
  public void read(long start, int[] bits, int count) {
    stored.read(start, bits, count);
  }

  @Override
  public void write(long start, int[] bits, int count) {
    int[] present = new int[count];
    stored.read(start, present, count);
    for (int i = 0; i < count && equal; i++) {
      equal = precision.widen(precision.narrow(bits[i])) == present[i];
    }
  }
}
