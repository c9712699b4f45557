package org.owlore.scoring;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The share of outliers among a layer's weights, in percent (OwLore, equation 2; OWL).
 *
 * <p>For every linear weight W ({@code [out, in]}) of the layer with input X ({@code [tokens,
 * in]}): {@code A_ij = |W_ij| ||X_j||_2}. An entry is an outlier if it is strictly greater than
 * {@code tau} times the mean of A over all linear weights of the layer together; the score is
 * {@code 100 * outliers / entries}, as the public OWL code prints it. A layer without outliers
 * scores 0.
 *
 * <p>Costs one forward pass over the calibration data and two readings of each linear weight, and
 * memory for one number an input channel plus a few megabytes.
 *
 * @param tau threshold in multiples of the mean, greater than 0; the paper's is {@link #TAU}
 */
public record OutlierRatio(double tau) implements LayerMetric {
  /** Name of the metric. */
  public static final String NAME = "outlier-ratio";

  /** The threshold of the OwLore paper. */
  public static final double TAU = 13;

  /** Checks the threshold. */
  public OutlierRatio {
    requireValid(tau);
  }

  /** Scores in percent, from 0 to 100. */
  @Override
  public LayerScores score(ScorableModel model) {
    return scores(model, tau).get(0);
  }

  /**
   * Scores with several thresholds for the price of one.
   *
   * @param model the model, on its calibration data
   * @param taus thresholds, each as {@link #tau()}
   * @return the scores of each threshold, in the order given
   */
  public static List<LayerScores> scores(ScorableModel model, double... taus) {
    DoubleStream.of(taus).forEach(OutlierRatio::requireValid);
    Map<String, double[]> energies = InputEnergies.of(model);
    List<OutlierCount> counts =
        model.layers().layers().stream()
            .map(layer -> OutlierCount.of(layer, model.weights(), energies, taus))
            .toList();
    return IntStream.range(0, taus.length)
        .mapToObj(
            i ->
                new LayerScores(
                    NAME,
                    OptionalDouble.of(taus[i]),
                    counts.stream().map(count -> count.percent(i)).toList()))
        .toList();
  }

  private static void requireValid(double tau) {
    if (!(tau > 0 && Double.isFinite(tau))) {
      throw new IllegalArgumentException("tau is " + tau + ": it must be a number greater than 0.");
    }
  }
}
