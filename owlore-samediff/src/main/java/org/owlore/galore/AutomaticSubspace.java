package org.owlore.galore;

import lombok.EqualsAndHashCode;
import lombok.Getter;
import lombok.ToString;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * {@linkplain ExactSubspace Exact} for matrices whose shorter side is below {@value
 * #RANDOMIZED_FROM} or not twice as long as the space a {@linkplain RandomizedSubspace randomized}
 * search would search, because that saves nothing there; randomized for all others.
 */
@Getter
@EqualsAndHashCode(callSuper = false)
@ToString
public final class AutomaticSubspace extends ShorterSideFinder {
  private static final long serialVersionUID = 1L;

  /** Shorter sides from this length up may be randomized. */
  public static final int RANDOMIZED_FROM = 512;

  /** Seed of the randomized search. */
  private final long seed;

  /**
   * A finder with the usual settings.
   *
   * @param seed of the randomized search
   */
  @JsonCreator
  public AutomaticSubspace(@JsonProperty("seed") long seed) {
    this.seed = seed;
  }

  @Override
  INDArray leadingLeftVectors(INDArray wide, int rank) {
    RandomizedSubspace randomized =
        new RandomizedSubspace(
            RandomizedSubspace.DEFAULT_OVERSAMPLING,
            RandomizedSubspace.DEFAULT_POWER_ITERATIONS,
            seed);
    boolean pays =
        wide.size(0) >= RANDOMIZED_FROM && wide.size(0) >= 2 * randomized.searchedDimensions(rank);
    return pays
        ? randomized.leadingLeftVectors(wide, rank)
        : OrthonormalBasis.leadingLeftVectors(wide, rank);
  }
}
