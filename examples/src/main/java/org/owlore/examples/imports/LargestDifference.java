package org.owlore.examples.imports;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How far an array is from the expected one. */
final class LargestDifference {
  private LargestDifference() {}

  /**
   * The largest difference of two entries, relative to the largest expected entry.
   *
   * @param floor the least that differences are relative to
   * @return infinity when shapes differ or a number is not finite
   */
  static double relative(INDArray found, INDArray expected, double floor) {
    if (!found.equalShapes(expected)) {
      return Double.POSITIVE_INFINITY;
    }
    float[] actual = floats(found);
    float[] wanted = floats(expected);
    double difference = 0;
    double largest = Math.max(floor, Float.MIN_NORMAL);
    for (int i = 0; i < wanted.length; i++) {
      double distance = Math.abs((double) actual[i] - wanted[i]);
      if (Double.isNaN(distance)) {
        return Double.POSITIVE_INFINITY;
      }
      difference = Math.max(difference, distance);
      largest = Math.max(largest, Math.abs(wanted[i]));
    }
    return difference / largest;
  }

  /**
   * The same for logits, over the positions that count.
   *
   * @param found {@code [batch, sequence, vocabulary]}
   */
  static double ofLogits(INDArray found, Reference reference) {
    INDArray expected = reference.logits();
    if (!found.equalShapes(expected)) {
      return Double.POSITIVE_INFINITY;
    }
    try (INDArray actual = found.castTo(DataType.FLOAT).dup('c');
        INDArray wanted = expected.dup('c')) {
      for (long row = 0; row < expected.size(0); row++) {
        for (long position = 0; position < expected.size(1); position++) {
          if (!reference.counts(row, position)) {
            actual.get(at(row), at(position)).assign(0);
            wanted.get(at(row), at(position)).assign(0);
          }
        }
      }
      return relative(actual, wanted, 0);
    }
  }

  private static INDArrayIndex at(long index) {
    return NDArrayIndex.point(index);
  }

  private static float[] floats(INDArray array) {
    try (INDArray copy = Nd4j.createUninitialized(DataType.FLOAT, array.shape(), 'c')) {
      return copy.assign(array).data().asFloat();
    }
  }
}
