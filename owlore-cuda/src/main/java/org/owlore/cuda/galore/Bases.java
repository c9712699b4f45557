package org.owlore.cuda.galore;

import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.Place;

/**
 * The subspace that a gradient G [m, n] is projected to, on a device: an orthonormal basis for each
 * projected side, a direction a row, that of the largest singular value first. A direction that was
 * not found is a row of zeros, which projects nothing.
 *
 * <p>A step's products may read fewer than all bits of float32; those that find a subspace may not.
 *
 * @param left P^T, {@code [r, m]}, or null when the left side is not projected
 * @param right Q^T, {@code [r, n]}, or null when the right side is not projected
 */
record Bases(Matrix left, Matrix right) {

  /** Bases of some sizes at two places. */
  static Bases at(Place left, Place right, LowRank sizes) {
    return new Bases(
        sizes.side().hasLeft() ? Matrix.at(left, sizes.rank(), sizes.rows()) : null,
        sizes.side().hasRight() ? Matrix.at(right, sizes.rank(), sizes.columns()) : null);
  }

  /**
   * R = P^T G Q, without the factor of a side that has no basis.
   *
   * @param half receives what is between two products, if there are two
   * @param output receives R
   */
  void project(Matrix gradient, Device device, Place half, Place output) {
    if (left == null) {
      gradient.timesFast(right.transpose(), device, output);
    } else if (right == null) {
      left.timesFast(gradient, device, output);
    } else if (gradient.rows() <= gradient.columns()) {
      left.timesFast(gradient.timesFast(right.transpose(), device, half), device, output);
    } else {
      left.timesFast(gradient, device, half).timesFast(right.transpose(), device, output);
    }
  }

  /**
   * D = P N Q^T, without the factor of a side that has no basis.
   *
   * @param half receives what is between two products, if there are two
   * @param output receives D
   */
  void projectBack(Matrix lowRank, Device device, Place half, Place output) {
    if (left == null) {
      lowRank.timesFast(right, device, output);
    } else if (right == null) {
      left.transpose().timesFast(lowRank, device, output);
    } else if (left.columns() <= right.columns()) {
      left.transpose().timesFast(lowRank, device, half).timesFast(right, device, output);
    } else {
      left.transpose().timesFast(lowRank.timesFast(right, device, half), device, output);
    }
  }
}
