package org.owlore.onnx.operators;

import org.owlore.onnx.symbolic.SymbolicNumber;

/** How numbers of an export are stored. */
final class Numbers {
  /**
   * What stands for minus infinity, and for the lowest float, in a mask: twice of it is still
   * finite, and the exponential of it is 0, so that rows without any visible token get finite
   * gradients instead of NaN.
   */
  static final double FORBIDDEN = -1.7e38;

  private Numbers() {}

  /** The number as a float that arithmetic on masks cannot turn into NaN. */
  static double storable(SymbolicNumber number) {
    return storable(number.known());
  }

  static double storable(double number) {
    return Math.max(FORBIDDEN, Math.min(-FORBIDDEN, number));
  }
}
