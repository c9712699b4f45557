package org.owlore.scoring;

import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.graph.LinearWeight;

/** The squared singular values of a weight: the eigenvalues of its smaller Gram matrix. */
final class Spectrum {
  private static final int PIECE_ELEMENTS = 1 << 23;

  private Spectrum() {}

  /**
   * Computes the spectrum in double precision.
   *
   * @param linear says which weight it is
   * @param weight a matrix of any floating-point type
   * @return what is greater than 0 by more than rounding, ascending; at most {@code min(rows,
   *     columns)} numbers
   */
  static double[] squaredSingularValues(LinearWeight linear, INDArray weight) {
    MatrixRows rows = new MatrixRows("The weight " + linear.name(), weight);
    try (INDArray gram = gram(weight)) {
      int size = Math.toIntExact(gram.rows());
      rows.requireFinite(trace(gram));
      double[] values = eigenvalues(gram);
      double rounding = size * Math.ulp(1.0) * values[size - 1];
      return DoubleStream.of(values).filter(value -> value > rounding).toArray();
    }
  }

  /**
   * The Gram matrix over the longer side, piece by piece, so that no copy of the weight is made.
   */
  private static INDArray gram(INDArray weight) {
    boolean wide = weight.columns() >= weight.rows();
    long shortSide = wide ? weight.rows() : weight.columns();
    long longSide = wide ? weight.columns() : weight.rows();
    long step = Math.max(1, PIECE_ELEMENTS / shortSide);
    INDArray gram = Nd4j.create(DataType.DOUBLE, new long[] {shortSide, shortSide}, 'f');
    for (long from = 0; from < longSide; from += step) {
      long until = Math.min(longSide, from + step);
      try (INDArray piece = piece(weight, wide, from, until)) {
        Nd4j.gemm(piece, piece, gram, !wide, wide, 1, 1);
      }
    }
    return gram;
  }

  private static INDArray piece(INDArray weight, boolean wide, long from, long until) {
    INDArray view =
        wide
            ? weight.get(NDArrayIndex.all(), NDArrayIndex.interval(from, until))
            : weight.get(NDArrayIndex.interval(from, until), NDArrayIndex.all());
    return Nd4j.createUninitialized(DataType.DOUBLE, view.shape(), 'c').assign(view);
  }

  private static double trace(INDArray gram) {
    double trace = 0;
    for (int i = 0; i < gram.rows(); i++) {
      trace += gram.getDouble(i, i);
    }
    return trace;
  }

  private static double[] eigenvalues(INDArray gram) {
    try (INDArray values = Nd4j.createUninitialized(DataType.DOUBLE, gram.rows())) {
      int status = Nd4j.getBlasWrapper().lapack().syev('N', 'U', gram, values);
      if (status != 0) {
        throw new IllegalStateException(
            "LAPACK syev returned " + status + ": the eigenvalues did not converge.");
      }
      return values.toDoubleVector();
    }
  }
}
