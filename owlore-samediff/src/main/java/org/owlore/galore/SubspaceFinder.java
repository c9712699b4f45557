package org.owlore.galore;

import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Finds the subspace of the largest singular values of a gradient.
 *
 * <p>Implementations are immutable, give the same subspace for the same input, and are written as
 * JSON with their class name when a graph that is trained with them is saved.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, include = JsonTypeInfo.As.PROPERTY, property = "@class")
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE,
    isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public interface SubspaceFinder extends Serializable {

  /**
   * The orthonormal bases of the first {@code rank} singular vectors on the asked side or sides. A
   * matrix of lower rank, even of zeros, gives a full orthonormal basis whose last directions are
   * arbitrary.
   *
   * @param matrix {@code [m, n]}, float32 or float64, finite; any strides; unchanged afterwards
   * @param side which bases to find
   * @param rank from 1 to min(m, n)
   * @param previous the subspace used so far or null; it decides the arbitrary signs
   * @return new row-major arrays of the matrix's type
   */
  Subspace find(INDArray matrix, Side side, int rank, Subspace previous);

  /** Exact singular vectors; see {@link ExactSubspace}. */
  static SubspaceFinder exact() {
    return new ExactSubspace();
  }

  /** A randomized sketch with the usual settings; see {@link RandomizedSubspace}. */
  static SubspaceFinder randomized(long seed) {
    return new RandomizedSubspace(
        RandomizedSubspace.DEFAULT_OVERSAMPLING, RandomizedSubspace.DEFAULT_POWER_ITERATIONS, seed);
  }

  /** Exact where that is cheap, randomized elsewhere; see {@link AutomaticSubspace}. */
  static SubspaceFinder automatic(long seed) {
    return new AutomaticSubspace(seed);
  }
}
