package org.owlore.galore;

import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products without copies. Operands may be transposed views and slices: the native product
 * passes their strides to BLAS.
 */
final class MatrixProduct {
  private MatrixProduct() {}

  /** A new array a b in row-major order, which the caller closes. */
  static INDArray of(INDArray a, INDArray b) {
    INDArray result = Nd4j.createUninitialized(a.dataType(), a.size(0), b.size(1));
    into(result, 0, a, b, 1);
    return result;
  }

  /** result = keep * result + factor * a b; with keep 0 the former content does not matter. */
  static void into(INDArray result, double keep, INDArray a, INDArray b, double factor) {
    Nd4j.exec(new Mmul(a, b, result, factor, keep, MMulTranspose.allFalse()));
  }
}
