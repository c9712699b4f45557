package org.owlore.sampling;

import java.util.List;
import lombok.Builder;
import lombok.NonNull;

/**
 * Draws the layers of each interval at random (LISA; OwLore, algorithm 1). The draw of an interval
 * is a pure function of this configuration and the interval's number.
 *
 * @param distribution how likely each layer is
 * @param gamma how many layers train at a time, exactly or on average: from 1 to the number of
 *     layers with a positive share
 * @param draw how the layers are drawn
 * @param seed picks one of 2^64 sequences of draws; 0 where the builder is given none
 */
@Builder
public record LayerSampler(
    @NonNull LayerDistribution distribution, int gamma, @NonNull Draw draw, long seed)
    implements LayerSchedule {

  /** Checks gamma against the distribution. */
  public LayerSampler {
    if (gamma < 1) {
      throw new IllegalArgumentException(
          "gamma is " + gamma + ": at least 1 layer must be sampled.");
    }
    if (gamma > distribution.layers()) {
      throw new IllegalArgumentException(
          "gamma is "
              + gamma
              + " but the model has only "
              + distribution.layers()
              + " layers: choose gamma from 1 to "
              + distribution.layers()
              + ".");
    }
    if (gamma > distribution.drawable()) {
      throw new IllegalArgumentException(
          "gamma is "
              + gamma
              + " but only "
              + distribution.drawable()
              + " of the "
              + distribution.layers()
              + " layers have a sampling weight above 0: lower gamma, or score with a lower tau so that more layers have outliers.");
    }
  }

  @Override
  public List<Integer> layers(long interval) {
    if (interval < 0) {
      throw new IllegalArgumentException(
          "The number of an interval is " + interval + ": it must not be negative.");
    }
    return draw.draw(distribution, gamma, SplitMix64.of(seed, interval));
  }
}
