package org.owlore.galore;

import static org.nd4j.linalg.ops.transforms.Transforms.abs;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Expresses Adam's moments in a new basis by LDAdam's rule (arXiv:2410.16103, algorithm 2): each
 * entry of the gradient is taken for a random variable with mean M' and variance V' - M'^2,
 * uncorrelated with the others, and the moments of their rotated mixture are the new ones.
 *
 * @param left S = P_new^T P_old, {@code [r, r]}, or null when the left side is not projected
 * @param right S = Q_new^T Q_old, {@code [r, r]}, or null when the right side is not projected
 */
record MomentRotation(INDArray left, INDArray right) implements AutoCloseable {

  /** The rotation from one subspace to another of the same sides and rank. */
  static MomentRotation between(Subspace former, Subspace next) {
    return new MomentRotation(
        product(next.left(), former.left()), product(next.right(), former.right()));
  }

  /**
   * Rotates moments in place.
   *
   * @param step t, the steps the moments have seen; at least 1
   */
  void apply(AdamMoments moments, long step, double beta1, double beta2) {
    double meanWeight = 1 - Math.pow(beta1, step);
    double squareWeight = 1 - Math.pow(beta2, step);
    try (INDArray mean = moments.first().div(meanWeight);
        INDArray variance = moments.second().div(squareWeight);
        INDArray meanSquare = mean.mul(mean)) {
      variance.subi(meanSquare);
      try (INDArray rotatedMean = rotate(mean);
          MomentRotation squared = squared();
          INDArray rotatedSquare = squared.rotate(variance)) {
        moments.first().assign(rotatedMean).muli(meanWeight);
        rotatedMean.muli(rotatedMean);
        rotatedSquare.addi(rotatedMean);
        moments.second().assign(abs(rotatedSquare, false)).muli(squareWeight);
      }
    }
  }

  private MomentRotation squared() {
    return new MomentRotation(
        left == null ? null : left.mul(left), right == null ? null : right.mul(right));
  }

  private INDArray rotate(INDArray moment) {
    if (right == null) {
      return MatrixProduct.of(left, moment);
    }
    if (left == null) {
      return MatrixProduct.of(moment, right.transpose());
    }
    try (INDArray half = MatrixProduct.of(left, moment)) {
      return MatrixProduct.of(half, right.transpose());
    }
  }

  private static INDArray product(INDArray next, INDArray former) {
    return next == null ? null : MatrixProduct.of(next.transpose(), former);
  }

  @Override
  public void close() {
    if (left != null) {
      left.close();
    }
    if (right != null) {
      right.close();
    }
  }
}
