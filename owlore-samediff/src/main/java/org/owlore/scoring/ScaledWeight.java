package org.owlore.scoring;

import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LinearWeight;

/**
 * The matrix {@code A_ij = |W_ij| ||X_j||_2} of one linear weight, computed row by row as it is
 * read and never held.
 */
final class ScaledWeight {
  private final LinearWeight linear;
  private final MatrixRows rows;
  private final double[] inputNorms;

  /**
   * Scales a weight.
   *
   * @param weight the matrix, stored as {@code linear} says
   * @param energies squared norm of each input channel
   */
  ScaledWeight(LinearWeight linear, INDArray weight, double[] energies) {
    this.linear = linear;
    this.rows = new MatrixRows("The weight " + linear.name(), weight);
    this.inputNorms = DoubleStream.of(energies).map(Math::sqrt).toArray();
    long inputs = weight.size(linear.orientation().inputAxis());
    if (inputs != inputNorms.length) {
      throw new IllegalArgumentException(
          "The weight "
              + linear.name()
              + " takes "
              + inputs
              + " input channels ("
              + linear.orientation()
              + ") but the activation "
              + linear.input()
              + " has "
              + inputNorms.length
              + ": correct the layer map's orientation or input.");
    }
  }

  /** Number of entries. */
  long entries() {
    return (long) rows.rows() * rows.columns();
  }

  /** Sum of all entries. */
  double sum() {
    double[] sum = new double[1];
    rows.forEach((row, values, start) -> sum[0] += rowSum(row, values, start));
    rows.requireFinite(sum[0]);
    return sum[0];
  }

  private double rowSum(int row, float[] values, int start) {
    double sum = 0;
    for (int column = 0; column < rows.columns(); column++) {
      sum += entry(row, column, values[start + column]);
    }
    return sum;
  }

  /**
   * Counts the entries that are strictly greater than a threshold.
   *
   * @param thresholds in any order
   * @param counts the count of each threshold is added here
   */
  void countAbove(double[] thresholds, long[] counts) {
    double lowest = DoubleStream.of(thresholds).min().orElse(Double.POSITIVE_INFINITY);
    rows.forEach(
        (row, values, start) -> {
          for (int column = 0; column < rows.columns(); column++) {
            double entry = entry(row, column, values[start + column]);
            if (entry > lowest) {
              count(entry, thresholds, counts);
            }
          }
        });
  }

  private static void count(double entry, double[] thresholds, long[] counts) {
    for (int i = 0; i < thresholds.length; i++) {
      counts[i] += entry > thresholds[i] ? 1 : 0;
    }
  }

  private double entry(int row, int column, float weight) {
    return Math.abs(weight) * inputNorms[linear.orientation().inputAxis() == 0 ? row : column];
  }
}
