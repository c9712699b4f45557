package org.owlore.galore;

import java.util.Optional;
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
    return randomized(wide.size(0), rank)
        .map(search -> search.leadingLeftVectors(wide, rank))
        .orElseGet(() -> OrthonormalBasis.leadingLeftVectors(wide, rank));
  }

  /**
   * The randomized search for a matrix, where that pays; else it is searched exactly.
   *
   * @param shorterSide of the matrix
   */
  public Optional<RandomizedSubspace> randomized(long shorterSide, int rank) {
    RandomizedSubspace randomized =
        new RandomizedSubspace(
            RandomizedSubspace.DEFAULT_OVERSAMPLING,
            RandomizedSubspace.DEFAULT_POWER_ITERATIONS,
            seed);
    boolean pays =
        shorterSide >= RANDOMIZED_FROM && shorterSide >= 2 * randomized.searchedDimensions(rank);
    return pays ? Optional.of(randomized) : Optional.empty();
  }
}
