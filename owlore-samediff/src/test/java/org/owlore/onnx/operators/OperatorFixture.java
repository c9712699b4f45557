package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Each operator against plain loops, on a graph whose batch and length are free. */
abstract class OperatorFixture {

  static final double TOLERANCE = 1e-5;

  final Imported graph = new Imported();
  final INDArray x = graph.x();

  double dot(int row, INDArray w, int column, boolean transposed) {
    double sum = 0;
    for (int k = 0; k < Imported.WIDTH; k++) {
      sum +=
          at(x, row * Imported.WIDTH + k)
              * (transposed ? w.getDouble(column, k) : w.getDouble(k, column));
    }
    return sum;
  }

  static double at(INDArray array, long index) {
    return array.dup('c').data().getDouble(index % array.length());
  }

  /** Compares entry by entry, in C order. */
  static void assertEach(INDArray actual, INDArray from, Expected expected) {
    INDArray result = actual.dup('c');
    INDArray source = from.dup('c');
    assertThat(result.length()).isEqualTo(source.length());
    for (int i = 0; i < result.length(); i++) {
      double wanted = expected.at(source.data().getDouble(i), i);
      assertThat(result.data().getDouble(i))
          .as("entry " + i)
          .isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
    }
  }

  /** The entry that is expected at an index, given the entry of the source there. */
  @FunctionalInterface
  interface Expected {
    double at(double value, int index);
  }

  /** Abramowitz and Stegun would be too coarse: the series, which converges fast for such x. */
  static double erf(double x) {
    double sum = 0;
    double term = x;
    for (int n = 0; n < 60; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
