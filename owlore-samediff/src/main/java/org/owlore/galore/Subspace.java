package org.owlore.galore;

import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The subspace that a gradient G [m, n] is projected to: an orthonormal basis for each projected
 * side, the direction of the largest singular value first.
 *
 * @param left P, {@code [m, r]}, or null when the left side is not projected
 * @param right Q, {@code [n, r]}, or null when the right side is not projected
 */
public record Subspace(INDArray left, INDArray right) implements AutoCloseable {

  /** Checks that there is a basis, and one rank. */
  public Subspace {
    if (left == null && right == null) {
      throw new IllegalArgumentException("A subspace needs a left basis, a right basis or both.");
    }
    if (left != null && right != null && left.size(1) != right.size(1)) {
      throw new IllegalArgumentException(
          "The two bases of a subspace must have one rank, but the left has "
              + left.size(1)
              + " columns and the right "
              + right.size(1)
              + ".");
    }
  }

  /** The number of dimensions r. */
  public long rank() {
    return (left == null ? right : left).size(1);
  }

  /** The sides that have a basis. */
  public Side side() {
    return left == null ? Side.RIGHT : right == null ? Side.LEFT : Side.BOTH;
  }

  /** The low-rank gradient R = P^T G Q, without the factor of a side that has no basis; new. */
  INDArray project(INDArray gradient) {
    if (left == null) {
      return MatrixProduct.of(gradient, right);
    }
    if (right == null) {
      return MatrixProduct.of(left.transpose(), gradient);
    }
    if (gradient.size(0) <= gradient.size(1)) {
      try (INDArray narrow = MatrixProduct.of(gradient, right)) {
        return MatrixProduct.of(left.transpose(), narrow);
      }
    }
    try (INDArray narrow = MatrixProduct.of(left.transpose(), gradient)) {
      return MatrixProduct.of(narrow, right);
    }
  }

  /**
   * result = keep * result + factor * P N Q^T, without the factor of a side that has no basis; with
   * keep 0 the former content does not matter.
   */
  void projectBack(INDArray lowRank, double factor, INDArray result, double keep) {
    if (left == null) {
      MatrixProduct.into(result, keep, lowRank, right.transpose(), factor);
    } else if (right == null) {
      MatrixProduct.into(result, keep, left, lowRank, factor);
    } else if (result.size(0) <= result.size(1)) {
      try (INDArray narrow = MatrixProduct.of(left, lowRank)) {
        MatrixProduct.into(result, keep, narrow, right.transpose(), factor);
      }
    } else {
      try (INDArray narrow = MatrixProduct.of(lowRank, right.transpose())) {
        MatrixProduct.into(result, keep, left, narrow, factor);
      }
    }
  }

  /**
   * Flips, in place, each direction that points away from the one it succeeds. The sign of a
   * singular vector is arbitrary and LAPACK's choice jumps; moments that are kept over a refresh go
   * on in the direction they came from only if the signs agree.
   *
   * @param previous the subspace used so far, or null
   * @return this
   */
  public Subspace alignedWith(Subspace previous) {
    if (previous != null && previous.rank() == rank()) {
      align(left, previous.left);
      align(right, previous.right);
    }
    return this;
  }

  private static void align(INDArray basis, INDArray previous) {
    if (basis == null || previous == null) {
      return;
    }
    try (INDArray products = basis.mul(previous);
        INDArray cosines = products.sum(0)) {
      for (int column = 0; column < basis.size(1); column++) {
        cosines.putScalar(column, cosines.getDouble(column) < 0 ? -1 : 1);
      }
      basis.muliRowVector(cosines);
    }
  }

  /**
   * The overlap with a subspace of the same sides and sizes: the mean squared cosine of the
   * principal angles, 1 for equal subspaces and about r / m for unrelated ones. With two sides, the
   * lower of the two.
   */
  public double overlap(@NonNull Subspace other) {
    return Math.min(overlap(left, other.left), overlap(right, other.right));
  }

  private static double overlap(INDArray a, INDArray b) {
    if (a == null || b == null) {
      return 1;
    }
    try (INDArray cosines = MatrixProduct.of(a.transpose(), b)) {
      double norm = cosines.norm2Number().doubleValue();
      return norm * norm / a.size(1);
    }
  }

  /** Bytes held by the bases. */
  long bytes() {
    return bytes(left) + bytes(right);
  }

  private static long bytes(INDArray array) {
    return array == null ? 0 : array.length() * array.dataType().width();
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
