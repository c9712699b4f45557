package org.owlore.examples.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.galore.Projection;
import org.owlore.galore.Side;
import org.owlore.galore.Subspace;
import org.owlore.galore.SubspaceFinder;

/**
 * Exact against randomized search for a gradient's subspace: time and overlap, on matrices with the
 * spectrum of gradients.
 */
public final class SubspaceBenchmark {
  /** The sizes of the project's promise: a small model's MLP matrix and that of a 7B model. */
  public static final List<Size> SIZES = List.of(new Size(512, 1376), new Size(4096, 11008));

  /** The usual rank. */
  public static final int RANK = 128;

  /** Singular values fall as k^-0.75; on gradients of a Llama the exponent is 0.5 to 1. */
  private static final double DECAY = 0.75;

  private static final int DIRECTIONS = 1024;
  private static final double NOISE = 1e-3;
  private static final int MOST_RUNS = 5;
  private static final double ENOUGH_SECONDS = 20;

  private SubspaceBenchmark() {}

  /**
   * The shape of a matrix.
   *
   * @param rows m
   * @param columns n
   */
  public record Size(int rows, int columns) {}

  /**
   * What was measured for one size.
   *
   * @param rows m
   * @param columns n
   * @param rank dimensions of the subspace
   * @param exactSeconds median time of the exact search
   * @param randomizedSeconds median time of the randomized search
   * @param timeRatio exact over randomized
   * @param overlap mean squared cosine of the principal angles between the two subspaces
   */
  public record Result(
      int rows,
      int columns,
      int rank,
      double exactSeconds,
      double randomizedSeconds,
      double timeRatio,
      double overlap) {}

  /** Measures one size after the other. */
  public static List<Result> run(List<Size> sizes, int rank, long seed) {
    return sizes.stream().map(size -> measure(size, rank, seed)).toList();
  }

  /**
   * Measures one size: up to five runs of each search, fewer where they take longer than 20
   * seconds.
   *
   * @param rank from 1 to the shorter side
   * @param seed of the matrix and of the randomized search
   */
  public static Result measure(Size size, int rank, long seed) {
    Side side = Projection.STD.side(size.rows(), size.columns());
    try (INDArray gradient = gradient(size, seed);
        Timed exact = time(SubspaceFinder.exact(), gradient, side, rank);
        Timed randomized = time(SubspaceFinder.randomized(seed), gradient, side, rank)) {
      return new Result(
          size.rows(),
          size.columns(),
          rank,
          exact.seconds,
          randomized.seconds,
          exact.seconds / randomized.seconds,
          randomized.subspace.overlap(exact.subspace));
    }
  }

  /** A subspace and the median time that it took to find. */
  private record Timed(Subspace subspace, double seconds) implements AutoCloseable {
    @Override
    public void close() {
      subspace.close();
    }
  }

  private static Timed time(SubspaceFinder finder, INDArray gradient, Side side, int rank) {
    List<Double> seconds = new ArrayList<>();
    double spent = 0;
    Subspace found = null;
    while (found == null || (seconds.size() < MOST_RUNS && spent < ENOUGH_SECONDS)) {
      if (found != null) {
        found.close();
      }
      long start = System.nanoTime();
      found = finder.find(gradient, side, rank, null);
      seconds.add((System.nanoTime() - start) / 1e9);
      spent += seconds.get(seconds.size() - 1);
    }
    return new Timed(found, seconds.stream().sorted().toList().get(seconds.size() / 2));
  }

  /** Strong directions over a floor of noise. */
  private static INDArray gradient(Size size, long seed) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    int directions = Math.min(DIRECTIONS, Math.min(size.rows(), size.columns()));
    INDArray gradient = gaussian(random, size.rows(), size.columns());
    gradient.muli(NOISE / Math.sqrt(size.columns()));
    try (INDArray left = gaussian(random, size.rows(), directions);
        INDArray right = gaussian(random, directions, size.columns());
        INDArray strengths = Nd4j.create(DataType.FLOAT, directions)) {
      double unit = 1 / Math.sqrt((double) size.rows() * size.columns());
      for (int k = 0; k < directions; k++) {
        strengths.putScalar(k, unit * Math.pow(k + 1, -DECAY));
      }
      left.muliRowVector(strengths);
      try (INDArray signal = left.mmul(right)) {
        gradient.addi(signal);
      }
    }
    return gradient;
  }

  private static INDArray gaussian(Random random, long rows, long columns) {
    return Nd4j.randn(Nd4j.createUninitialized(DataType.FLOAT, rows, columns), random);
  }
}
