package org.owlore.cuda.galore;

import lombok.NonNull;
import org.owlore.galore.Side;

/**
 * The sizes of a projected matrix.
 *
 * @param rows m of the gradient
 * @param columns n of the gradient
 * @param side that is projected
 * @param rank r
 */
record LowRank(long rows, long columns, @NonNull Side side, int rank) {

  /** Rows of the low-rank gradient. */
  long lowRows() {
    return side.hasLeft() ? rank : rows;
  }

  /** Columns of the low-rank gradient. */
  long lowColumns() {
    return side.hasRight() ? rank : columns;
  }

  /** Numbers of the low-rank gradient, and of each moment. */
  long lowNumbers() {
    return lowRows() * lowColumns();
  }

  /** Numbers of the full gradient. */
  long numbers() {
    return rows * columns;
  }

  /** Numbers of the left basis; 0 when there is none. */
  long leftNumbers() {
    return side.hasLeft() ? rank * rows : 0;
  }

  /** Numbers of the right basis; 0 when there is none. */
  long rightNumbers() {
    return side.hasRight() ? rank * columns : 0;
  }

  /** Numbers of what is projected on one of two sides; 0 where one side is all. */
  long halfNumbers() {
    return side == Side.BOTH ? rank * Math.min(rows, columns) : 0;
  }

  /** Whether the left side is no longer than the right one. */
  boolean leftIsShorter() {
    return rows <= columns;
  }

  /** Length of the shorter side. */
  long shorter() {
    return Math.min(rows, columns);
  }

  /** Length of the longer side. */
  long longer() {
    return Math.max(rows, columns);
  }
}
