package org.owlore.dl4j.calibration;

import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * How a kernel moves along one axis.
 *
 * @param kernel number of entries
 * @param stride from one position to the next
 * @param dilation from one entry to the next
 * @param padding zeros on each side, where the mode does not give them
 * @param mode gives the zeros of {@code Same} and {@code Causal}
 */
record Window(int kernel, int stride, int dilation, int padding, ConvolutionMode mode) {

  /**
   * Zeros in front of the axis.
   *
   * @param input length of the axis
   * @param output number of positions
   */
  long before(long input, long output) {
    return switch (mode) {
      case Same -> Math.max(0, missing(input, output) / 2);
      case Causal -> reach() - 1;
      default -> padding;
    };
  }

  /** Zeros behind the axis, so that the last position finds all it needs. */
  long behind(long input, long output) {
    return Math.max(0, missing(input, output) - before(input, output));
  }

  /** By how much the positions reach over the axis. */
  private long missing(long input, long output) {
    return (output - 1) * stride + reach() - input;
  }

  private long reach() {
    return (long) (kernel - 1) * dilation + 1;
  }
}
