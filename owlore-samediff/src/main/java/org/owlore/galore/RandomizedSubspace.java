package org.owlore.galore;

import lombok.EqualsAndHashCode;
import lombok.Getter;
import lombok.ToString;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Approximate singular vectors by randomized subspace iteration (Halko, Martinsson and Tropp,
 * arXiv:0909.4061, algorithm 4.4): a Gaussian sketch, power iterations with a QR decomposition
 * after every product, then the exact vectors within the sketch.
 *
 * <p>Takes 2 (powerIterations + 1) products of the matrix with a sketch of rank + oversampling
 * columns. The Gaussian matrix depends on nothing but the seed and its size, so a resumed run finds
 * the same subspaces.
 */
@Getter
@EqualsAndHashCode(callSuper = false)
@ToString
public final class RandomizedSubspace extends ShorterSideFinder {
  private static final long serialVersionUID = 1L;

  /** The usual oversampling: half the rank. */
  public static final double DEFAULT_OVERSAMPLING = 0.5;

  /** The usual number of power iterations. */
  public static final int DEFAULT_POWER_ITERATIONS = 2;

  private static final int LEAST_EXTRA_COLUMNS = 8;

  /** Columns of the sketch beyond the rank, as a share of the rank; at least 8 are taken. */
  private final double oversampling;

  /** How often the sketch is multiplied by A A^T. */
  private final int powerIterations;

  /** Seed of the Gaussian matrix. */
  private final long seed;

  /**
   * A finder with the given accuracy.
   *
   * @param oversampling columns of the sketch beyond the rank, as a share of the rank; at least 0
   * @param powerIterations at least 0; each costs two products
   * @param seed of the Gaussian matrix
   * @throws IllegalArgumentException if a value is out of range
   */
  @JsonCreator
  public RandomizedSubspace(
      @JsonProperty("oversampling") double oversampling,
      @JsonProperty("powerIterations") int powerIterations,
      @JsonProperty("seed") long seed) {
    if (!(oversampling >= 0) || Double.isInfinite(oversampling)) {
      throw new IllegalArgumentException(
          "The oversampling must be a number of at least 0, but is " + oversampling + ".");
    }
    if (powerIterations < 0) {
      throw new IllegalArgumentException(
          "The number of power iterations must be at least 0, but is " + powerIterations + ".");
    }
    this.oversampling = oversampling;
    this.powerIterations = powerIterations;
    this.seed = seed;
  }

  /** Columns of the sketch for a rank. */
  int sketchWidth(int rank) {
    return rank + Math.max(LEAST_EXTRA_COLUMNS, (int) Math.ceil(oversampling * rank));
  }

  @Override
  INDArray leadingLeftVectors(INDArray wide, int rank) {
    int width = sketchWidth(rank);
    if (width >= wide.size(0)) {
      return OrthonormalBasis.leadingLeftVectors(wide, rank);
    }
    try (INDArray sketch = sketch(wide, width);
        INDArray within = MatrixProduct.of(sketch.transpose(), wide);
        INDArray rotation = OrthonormalBasis.leadingLeftVectors(within, rank)) {
      return MatrixProduct.of(sketch, rotation);
    }
  }

  /** An orthonormal basis that nearly holds the first left singular vectors. */
  private INDArray sketch(INDArray wide, int width) {
    INDArray sketch;
    try (INDArray gaussian = gaussian(wide, width)) {
      sketch = OrthonormalBasis.ofImage(wide, gaussian);
    }
    for (int i = 0; i < powerIterations; i++) {
      try (INDArray former = sketch;
          INDArray right = OrthonormalBasis.ofImage(wide.transpose(), former)) {
        sketch = OrthonormalBasis.ofImage(wide, right);
      }
    }
    return sketch;
  }

  private INDArray gaussian(INDArray wide, int width) {
    long[] shape = {wide.size(1), width};
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    return Nd4j.randn(Nd4j.createUninitialized(wide.dataType(), shape, 'c'), random);
  }
}
