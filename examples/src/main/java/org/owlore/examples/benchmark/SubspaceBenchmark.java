package org.owlore.examples.benchmark;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.galore.Side;
import org.owlore.galore.Subspace;
import org.owlore.galore.SubspaceFinder;

/**
 * Compares the randomized search for a gradient's subspace with the exact one: the time of both,
 * and how much of the exact subspace the randomized one covers.
 *
 * <p>The matrix is like a gradient in that its singular values fall off as a power: {@code A
 * diag(k^-decay) B} with Gaussian A and B, which are nearly orthogonal.
 *
 * @param rows of the matrix, at least 1
 * @param columns of the matrix, at least 1
 * @param rank of the subspace, from 1 to the shorter side
 * @param decay how fast the singular values fall, at least 0
 */
public record SubspaceBenchmark(int rows, int columns, int rank, double decay) {
  private static final long SEED = 1;

  /**
   * What a comparison found.
   *
   * @param exactSeconds time of the exact search
   * @param randomizedSeconds time of the randomized search
   * @param overlap mean squared cosine of the principal angles, from 0 to 1
   */
  public record Result(double exactSeconds, double randomizedSeconds, double overlap) {

    /** How many times faster the randomized search is. */
    public double timeRatio() {
      return exactSeconds / randomizedSeconds;
    }
  }

  /** Checks the sizes. */
  public SubspaceBenchmark {
    if (rows < 1 || columns < 1 || rank < 1 || rank > Math.min(rows, columns)) {
      throw new IllegalArgumentException(
          "There is no subspace of rank %d of a %d x %d matrix: the rank must be from 1 to the shorter side."
              .formatted(rank, rows, columns));
    }
    if (!(decay >= 0 && decay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The decay of the singular values is %s; it must be at least 0.".formatted(decay));
    }
  }

  /** Measures once, after a small matrix has warmed up both searches. */
  public Result run() {
    measure(new SubspaceBenchmark(256, 300, 16, decay).matrix(), 16);
    return measure(matrix(), rank);
  }

  private static Result measure(INDArray matrix, int rank) {
    Side side = matrix.size(0) <= matrix.size(1) ? Side.LEFT : Side.RIGHT;
    long start = System.nanoTime();
    try (matrix;
        Subspace exact = SubspaceFinder.exact().find(matrix, side, rank, null)) {
      final double exactSeconds = (System.nanoTime() - start) / 1e9;
      start = System.nanoTime();
      try (Subspace randomized = SubspaceFinder.randomized(SEED).find(matrix, side, rank, null)) {
        double randomizedSeconds = (System.nanoTime() - start) / 1e9;
        return new Result(exactSeconds, randomizedSeconds, randomized.overlap(exact));
      }
    }
  }

  private INDArray matrix() {
    int inner = Math.min(rows, columns);
    SplittableRandom random = new SplittableRandom(SEED);
    try (INDArray left = gaussian(random, rows, inner);
        INDArray right = gaussian(random, inner, columns);
        INDArray values =
            Nd4j.createFromArray(
                IntStream.rangeClosed(1, inner)
                    .mapToObj(k -> (float) Math.pow(k, -decay))
                    .toArray(Float[]::new))) {
      left.muliRowVector(values);
      INDArray matrix = Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c');
      return Nd4j.matmul(left, right, matrix);
    }
  }

  private static INDArray gaussian(SplittableRandom random, int rows, int columns) {
    INDArray matrix = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, columns}, 'c');
    for (int row = 0; row < rows; row++) {
      float[] values = new float[columns];
      for (int column = 0; column < columns; column++) {
        values[column] = (float) random.nextGaussian();
      }
      try (INDArray line = Nd4j.createFromArray(values)) {
        matrix.getRow(row).assign(line);
      }
    }
    return matrix;
  }
}
