package org.owlore.galore;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Orthonormal bases through LAPACK, which wants column-major arrays that are not views. All results
 * are new column-major arrays, which the caller closes.
 */
final class OrthonormalBasis {
  /** Numbers converted to float64 at a time. */
  private static final long CHUNK = 1 << 20;

  private OrthonormalBasis() {}

  /**
   * The first left singular vectors of a matrix, from the eigenvectors of its Gram matrix. That is
   * accumulated and decomposed in float64, so that its squared condition number costs no accuracy
   * against a float32 singular value decomposition.
   *
   * @param wide {@code [m, n]} with m <= n
   * @param rank from 1 to m
   * @return {@code [m, rank]}
   */
  static INDArray leadingLeftVectors(INDArray wide, int rank) {
    long rows = wide.size(0);
    try (INDArray vectors = negatedGram(wide);
        INDArray eigenvalues = Nd4j.create(DataType.DOUBLE, rows)) {
      int status = Nd4j.getBlasWrapper().lapack().syev('V', 'U', vectors, eigenvalues);
      if (status != 0) {
        throw new ArithmeticException(
            "LAPACK found no eigenvectors of a %d x %d matrix (syev returned %d): check the gradient for huge values."
                .formatted(rows, rows, status));
      }
      INDArray leading = vectors.get(NDArrayIndex.all(), NDArrayIndex.interval(0, rank));
      return copy(leading, wide.dataType(), 'f');
    }
  }

  /**
   * A basis of the image of a basis, in the same order; dependent columns are completed to a basis.
   *
   * @param matrix {@code [m, n]}
   * @param basis {@code [n, k]} with k <= m
   * @return {@code [m, k]}
   */
  static INDArray ofImage(INDArray matrix, INDArray basis) {
    INDArray image = create(matrix.dataType(), matrix.size(0), basis.size(1), 'f');
    MatrixProduct.into(image, 0, matrix, basis, 1);
    orthonormalize(image);
    return image;
  }

  /**
   * Makes the columns of a matrix orthonormal, in place, such that the first k span what the first
   * k did; dependent columns are completed to a basis.
   *
   * @param matrix {@code [m, k]} with k <= m, column-major, not a view
   * @throws UnsupportedOperationException if ND4J's CUDA backend would write beyond its memory
   */
  static void orthonormalize(INDArray matrix) {
    requireEnoughMemory(matrix.dataType());
    long columns = matrix.size(1);
    try (INDArray triangle = create(matrix.dataType(), columns, columns, 'f')) {
      Nd4j.getBlasWrapper().lapack().geqrf(matrix, triangle);
    }
  }

  /**
   * ND4J's geqrf on CUDA counts the numbers of its work space, but takes them to be of the default
   * type.
   */
  private static void requireEnoughMemory(DataType type) {
    if (Nd4j.getExecutioner().type() == ExecutionerType.CUDA
        && type.width() > Nd4j.dataType().width()) {
      throw new UnsupportedOperationException(
          "On CUDA, ND4J 1.0.0-M2.1 decomposes %s matrices in memory for as many %s numbers and writes beyond it: call Nd4j.setDefaultDataTypes(DataType.%s, DataType.%s) at the start, or use narrower gradients."
              .formatted(type, Nd4j.dataType(), type, type));
    }
  }

  /** A copy of another type or order. */
  static INDArray copy(INDArray array, DataType type, char order) {
    return create(type, array.size(0), array.size(1), order).assign(array);
  }

  /** -A A^T: LAPACK sorts eigenvalues in ascending order, so negated the largest come first. */
  private static INDArray negatedGram(INDArray wide) {
    long rows = wide.size(0);
    long columns = wide.size(1);
    INDArray gram = Nd4j.create(DataType.DOUBLE, new long[] {rows, rows}, 'f');
    long step = Math.max(1, CHUNK / rows);
    for (long start = 0; start < columns; start += step) {
      long end = Math.min(start + step, columns);
      INDArray slice = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(start, end));
      try (INDArray chunk = copy(slice, DataType.DOUBLE, 'c')) {
        MatrixProduct.into(gram, 1, chunk, chunk.transpose(), -1);
      }
    }
    return gram;
  }

  /** An array without defined content. */
  static INDArray create(DataType type, long rows, long columns, char order) {
    return Nd4j.createUninitialized(type, new long[] {rows, columns}, order);
  }
}
