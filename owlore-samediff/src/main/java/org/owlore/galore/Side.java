package org.owlore.galore;

/** The sides of a gradient G [m, n] on which it is projected to rank r. */
public enum Side {
  /** R = P^T G, {@code [r, n]}, with P the first left singular vectors. */
  LEFT,
  /** R = G Q, {@code [m, r]}, with Q the first right singular vectors. */
  RIGHT,
  /** R = P^T G Q, {@code [r, r]}. */
  BOTH;

  /** Whether left singular vectors are needed. */
  public boolean hasLeft() {
    return this != RIGHT;
  }

  /** Whether right singular vectors are needed. */
  public boolean hasRight() {
    return this != LEFT;
  }
}
