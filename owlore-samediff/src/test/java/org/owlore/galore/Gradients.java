package org.owlore.galore;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Matrices like the gradients of a network: few strong directions, which drift slowly. */
final class Gradients {
  private Gradients() {}

  /**
   * A sequence of gradients with singular values near 8, 4, 2, 1, ... in directions that turn a
   * little from step to step, and noise of 1% of the last.
   */
  static double[][][] drifting(int rows, int columns, int directions, int steps, long seed) {
    Random random = new Random(seed);
    double[][] u = gaussian(rows, directions, random);
    double[][] v = gaussian(columns, directions, random);
    double[][][] gradients = new double[steps][][];
    for (int t = 0; t < steps; t++) {
      u = add(u, gaussian(rows, directions, random), 0.05);
      v = add(v, gaussian(columns, directions, random), 0.05);
      double[][] scaled = NaiveGaLore.map(u, x -> x);
      double strength = 8 / Math.sqrt((double) rows * columns);
      double noise = 0.01 * strength * Math.pow(0.5, directions);
      for (double[] row : scaled) {
        for (int k = 0; k < directions; k++) {
          row[k] *= strength * Math.pow(0.5, k);
        }
      }
      double[][] signal = NaiveGaLore.multiply(scaled, NaiveGaLore.transpose(v));
      gradients[t] = add(signal, gaussian(rows, columns, random), noise);
    }
    return gradients;
  }

  /** A matrix whose k-th singular value, from 1, is k^-decay. */
  static INDArray decaying(DataType type, int rows, int columns, double decay, long seed) {
    Nd4j.getRandom().setSeed(seed);
    int size = Math.min(rows, columns);
    try (INDArray u = orthonormal(rows, size);
        INDArray v = orthonormal(columns, size)) {
      for (int k = 0; k < size; k++) {
        u.getColumn(k).muli(Math.pow(k + 1, -decay));
      }
      return u.mmul(v.transpose()).castTo(type).dup('c');
    }
  }

  static INDArray array(DataType type, double[][] values) {
    return Nd4j.createFromArray(values).castTo(type);
  }

  private static INDArray orthonormal(int rows, int columns) {
    INDArray basis = Nd4j.randn(DataType.DOUBLE, rows, columns).dup('f');
    INDArray triangle = Nd4j.create(DataType.DOUBLE, new long[] {columns, columns}, 'f');
    Nd4j.getBlasWrapper().lapack().geqrf(basis, triangle);
    return basis;
  }

  private static double[][] gaussian(int rows, int columns, Random random) {
    return NaiveGaLore.map(new double[rows][columns], x -> random.nextGaussian());
  }

  private static double[][] add(double[][] a, double[][] b, double factor) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        sum[i][j] = a[i][j] + factor * b[i][j];
      }
    }
    return sum;
  }
}
