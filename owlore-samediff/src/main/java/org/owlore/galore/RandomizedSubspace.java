package org.owlore.galore;

import lombok.EqualsAndHashCode;
import lombok.Getter;
import lombok.NonNull;
import lombok.ToString;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Approximate singular vectors by randomized block Krylov iteration (Musco and Musco,
 * arXiv:1504.05477, algorithm 2): a Gaussian sketch A G, power iterations with a QR decomposition
 * after every product, then the exact vectors within the span of <em>all</em> iterates. Keeping the
 * iterates costs little and gains much where singular values decay slowly, as those of gradients
 * do.
 *
 * <p>With p power iterations and sketches of l columns it takes 3 p + 2 products of the matrix with
 * l columns. The Gaussian matrix depends on nothing but the seed and its size, so a resumed run
 * finds the same subspaces. A matrix whose shorter side is no longer than (p + 1) l is treated
 * exactly.
 */
@Getter
@EqualsAndHashCode(callSuper = false)
@ToString
public final class RandomizedSubspace extends ShorterSideFinder {
  private static final long serialVersionUID = 1L;

  /** The usual oversampling: a quarter of the rank. */
  public static final double DEFAULT_OVERSAMPLING = 0.25;

  /** The usual number of power iterations. */
  public static final int DEFAULT_POWER_ITERATIONS = 2;

  private static final int LEAST_EXTRA_COLUMNS = 8;

  /** Columns of a sketch beyond the rank, as a share of the rank; at least 8 are taken. */
  private final double oversampling;

  /** How often the sketch is multiplied by A A^T. */
  private final int powerIterations;

  /** Seed of the Gaussian matrix. */
  private final long seed;

  /**
   * A finder with the given accuracy.
   *
   * @param oversampling columns of a sketch beyond the rank, as a share of the rank; at least 0
   * @param powerIterations at least 0
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

  /** Dimensions of the space that is searched for a rank: (p + 1) l. */
  public long searchedDimensions(int rank) {
    return (powerIterations + 1L) * sketchWidth(rank);
  }

  /** Columns l of a sketch for a rank. */
  public int sketchWidth(int rank) {
    return rank + Math.max(LEAST_EXTRA_COLUMNS, (int) Math.ceil(oversampling * rank));
  }

  @Override
  INDArray leadingLeftVectors(INDArray wide, int rank) {
    if (searchedDimensions(rank) >= wide.size(0)) {
      return OrthonormalBasis.leadingLeftVectors(wide, rank);
    }
    try (INDArray searched = krylovBasis(wide, sketchWidth(rank));
        INDArray within = MatrixProduct.of(searched.transpose(), wide);
        INDArray rotation = OrthonormalBasis.leadingLeftVectors(within, rank)) {
      return MatrixProduct.of(searched, rotation);
    }
  }

  /** An orthonormal basis of the span of A G, (A A^T) A G, (A A^T)^2 A G, ... */
  private INDArray krylovBasis(INDArray wide, int width) {
    INDArray blocks =
        OrthonormalBasis.create(wide.dataType(), wide.size(0), (powerIterations + 1L) * width, 'f');
    try (INDArray gaussian = gaussian(wide.dataType(), wide.size(1), width)) {
      INDArray block = OrthonormalBasis.ofImage(wide, gaussian);
      for (int i = 0; i < powerIterations; i++) {
        put(block, i, blocks);
        INDArray next = multiplied(wide, block);
        block.close();
        block = next;
      }
      put(block, powerIterations, blocks);
      block.close();
    }
    OrthonormalBasis.orthonormalize(blocks);
    return blocks;
  }

  private static void put(INDArray block, int index, INDArray blocks) {
    long start = index * block.size(1);
    long end = start + block.size(1);
    blocks.get(NDArrayIndex.all(), NDArrayIndex.interval(start, end)).assign(block);
  }

  /** A basis of the image under A A^T. */
  private static INDArray multiplied(INDArray wide, INDArray basis) {
    try (INDArray right = OrthonormalBasis.ofImage(wide.transpose(), basis)) {
      return OrthonormalBasis.ofImage(wide, right);
    }
  }

  /**
   * The Gaussian matrix that a matrix is multiplied by.
   *
   * @param longerSide of the matrix
   * @param width l, the columns of the sketch
   * @return {@code [longerSide, width]}, new
   */
  public INDArray gaussian(@NonNull DataType type, long longerSide, int width) {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(seed);
    return Nd4j.randn(OrthonormalBasis.create(type, longerSide, width, 'c'), random);
  }
}
