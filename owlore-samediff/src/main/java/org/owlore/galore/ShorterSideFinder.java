package org.owlore.galore;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the singular vectors of the shorter side of a matrix first, where they are cheap; those of
 * the longer side are their image under the matrix.
 */
abstract class ShorterSideFinder implements SubspaceFinder {
  private static final long serialVersionUID = 1L;

  @Override
  public final Subspace find(INDArray matrix, Side side, int rank, Subspace previous) {
    boolean leftIsShorter = matrix.size(0) <= matrix.size(1);
    INDArray wide = leftIsShorter ? matrix : matrix.transpose();
    boolean needsLonger = leftIsShorter ? side.hasRight() : side.hasLeft();
    boolean needsShorter = leftIsShorter ? side.hasLeft() : side.hasRight();
    try (INDArray basis = leadingLeftVectors(wide, rank)) {
      INDArray shorter = needsShorter ? rowMajor(basis) : null;
      INDArray longer = needsLonger ? image(wide.transpose(), basis) : null;
      Subspace found =
          leftIsShorter ? new Subspace(shorter, longer) : new Subspace(longer, shorter);
      return found.alignedWith(previous);
    }
  }

  /**
   * The first left singular vectors, the largest singular value first.
   *
   * @param wide {@code [m, n]} with m <= n
   * @return {@code [m, rank]}, new
   */
  abstract INDArray leadingLeftVectors(INDArray wide, int rank);

  private static INDArray image(INDArray matrix, INDArray basis) {
    try (INDArray image = OrthonormalBasis.ofImage(matrix, basis)) {
      return rowMajor(image);
    }
  }

  private static INDArray rowMajor(INDArray array) {
    return OrthonormalBasis.copy(array, array.dataType(), 'c');
  }
}
