package org.owlore.galore;

/** How GaLore picks the side on which a gradient is projected, given its shape. */
public enum Projection {
  /** The shorter side, which costs least memory: right for m >= n, else left. */
  STD,
  /** The longer side: left for m >= n, else right. */
  REVERSE_STD,
  /** Always left. */
  LEFT,
  /** Always right. */
  RIGHT,
  /** Both sides. */
  FULL;

  /** The side for a gradient of the given shape. */
  public Side side(long rows, long columns) {
    return switch (this) {
      case STD -> rows >= columns ? Side.RIGHT : Side.LEFT;
      case REVERSE_STD -> rows >= columns ? Side.LEFT : Side.RIGHT;
      case LEFT -> Side.LEFT;
      case RIGHT -> Side.RIGHT;
      case FULL -> Side.BOTH;
    };
  }
}
