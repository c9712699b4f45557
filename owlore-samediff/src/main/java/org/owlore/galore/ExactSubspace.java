package org.owlore.galore;

import lombok.EqualsAndHashCode;
import lombok.ToString;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Exact singular vectors, from the eigenvectors of the smaller Gram matrix.
 *
 * <p>Takes time proportional to min(m, n)^3 and, beside the result, min(m, n)^2 float64 numbers of
 * memory.
 */
@EqualsAndHashCode(callSuper = false)
@ToString
public final class ExactSubspace extends ShorterSideFinder {
  private static final long serialVersionUID = 1L;

  @Override
  INDArray leadingLeftVectors(INDArray wide, int rank) {
    return OrthonormalBasis.leadingLeftVectors(wide, rank);
  }
}
