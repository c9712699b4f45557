package org.owlore.galore;

/**
 * What kind of state a parameter has.
 *
 * @param side the projected side, or null for plain AdamW
 * @param rank of the projection, 0 for plain AdamW
 */
record StateForm(Side side, long rank) {
  /** Moments of the parameter's own shape. */
  static final StateForm PLAIN = new StateForm(null, 0);

  /** The shape of the low-rank gradient, and so of the moments, of a parameter of a shape. */
  long[] lowRankShape(long... shape) {
    if (side == null) {
      return shape.clone();
    }
    return new long[] {side.hasLeft() ? rank : shape[0], side.hasRight() ? rank : shape[1]};
  }

  /** The form of a state with this subspace; null for none. */
  static StateForm of(Subspace subspace) {
    return subspace == null ? PLAIN : new StateForm(subspace.side(), subspace.rank());
  }

  @Override
  public String toString() {
    return side == null ? "plain AdamW" : "projected to rank %d on side %s".formatted(rank, side);
  }
}
