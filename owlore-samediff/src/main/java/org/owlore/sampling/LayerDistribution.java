package org.owlore.sampling;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import lombok.EqualsAndHashCode;
import lombok.NonNull;

/**
 * How likely each layer is to be sampled, relative to the others: one non-negative share a layer,
 * all shares adding up to 1.
 *
 * <p>A layer with share 0 is never drawn.
 */
@EqualsAndHashCode
public final class LayerDistribution {
  private final double[] shares;

  private LayerDistribution(double[] weights) {
    double largest = DoubleStream.of(weights).max().orElseThrow();
    // Dividing by the largest first keeps the sum of huge weights finite.
    double sum = DoubleStream.of(weights).map(weight -> weight / largest).sum();
    this.shares = DoubleStream.of(weights).map(weight -> weight / largest / sum).toArray();
  }

  /**
   * Every layer alike, as LISA samples.
   *
   * @param layers number of layers, at least 1
   */
  public static LayerDistribution uniform(int layers) {
    return proportionalTo(IntStream.range(0, layers).mapToDouble(layer -> 1).toArray());
  }

  /**
   * Weights {@code L, L - 1, .., 1}: the first layer most, as LISA-D samples.
   *
   * @param layers number of layers L, at least 1
   */
  public static LayerDistribution decreasing(int layers) {
    return proportionalTo(
        IntStream.range(0, layers).mapToDouble(layer -> layers - layer).toArray());
  }

  /**
   * Weights {@code 1, 2, .., L}: the last layer most.
   *
   * @param layers number of layers L, at least 1
   */
  public static LayerDistribution increasing(int layers) {
    return proportionalTo(IntStream.range(0, layers).mapToDouble(layer -> layer + 1).toArray());
  }

  /**
   * In proportion to a score or to any weights of the user's. With the outlier ratio as score this
   * is outlier-weighed sampling (OWS), {@code p_l ~ D_l} (OwLore, section 3).
   *
   * @param weights one number a layer, finite and not negative, not all 0
   * @throws IllegalArgumentException if there is no weight, if one is negative or not finite, or if
   *     all are 0
   */
  public static LayerDistribution proportionalTo(@NonNull double... weights) {
    requireFinite(weights);
    for (int layer = 0; layer < weights.length; layer++) {
      if (weights[layer] < 0) {
        throw new IllegalArgumentException(
            "The sampling weight of layer "
                + layer
                + " is "
                + weights[layer]
                + ": it must not be negative.");
      }
    }
    if (DoubleStream.of(weights).allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException(
          "All "
              + weights.length
              + " layers have sampling weight 0, so no layer can be drawn: score with a lower tau or another metric, or sample uniformly.");
    }
    return new LayerDistribution(weights);
  }

  /**
   * The layers with the lowest scores most: weights {@code max + min - score}, which turns the
   * order around and keeps the range. For reversed OWS, and for Hill alpha, where a low value is
   * what marks a layer to be sampled (a heavy tail).
   *
   * <p>The public OwLore code subtracts from the maximum alone, which never samples the layer of
   * the highest score and fails where all scores are equal.
   *
   * @param scores one number a layer, finite and not negative, not all 0
   * @throws IllegalArgumentException as {@link #proportionalTo}
   */
  public static LayerDistribution reversed(@NonNull double... scores) {
    proportionalTo(scores);
    double turn =
        DoubleStream.of(scores).max().orElseThrow() + DoubleStream.of(scores).min().orElseThrow();
    return proportionalTo(DoubleStream.of(scores).map(score -> turn - score).toArray());
  }

  private static void requireFinite(double[] weights) {
    if (weights.length == 0) {
      throw new IllegalArgumentException(
          "There is no layer to sample from: give at least one weight.");
    }
    for (int layer = 0; layer < weights.length; layer++) {
      if (!Double.isFinite(weights[layer])) {
        throw new IllegalArgumentException(
            "The sampling weight of layer "
                + layer
                + " is "
                + weights[layer]
                + ": it must be a finite number.");
      }
    }
  }

  /** Number of layers. */
  public int layers() {
    return shares.length;
  }

  /**
   * The probability that a single draw takes this layer.
   *
   * @param layer from 0 to {@code layers() - 1}
   */
  public double share(int layer) {
    return shares[layer];
  }

  /** How many layers can be drawn at all: those with a positive share. */
  public int drawable() {
    return (int) DoubleStream.of(shares).filter(share -> share > 0).count();
  }

  @Override
  public String toString() {
    return "LayerDistribution" + Arrays.toString(shares);
  }
}
