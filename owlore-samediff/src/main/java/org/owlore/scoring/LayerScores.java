package org.owlore.scoring;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import lombok.NonNull;

/**
 * The score of every layer of a model.
 *
 * @param metric name of the metric, e.g. {@code outlier-ratio}
 * @param tau threshold of the outlier ratio; empty for metrics that have none
 * @param scores one finite number a layer, in the unit of the metric
 */
public record LayerScores(
    @NonNull String metric, @NonNull OptionalDouble tau, @NonNull List<Double> scores) {

  /** Copies the scores and checks that each is a number. */
  public LayerScores {
    scores = List.copyOf(scores);
    if (scores.isEmpty()) {
      throw new IllegalArgumentException("There is no layer score: give at least one.");
    }
    for (int layer = 0; layer < scores.size(); layer++) {
      if (!Double.isFinite(scores.get(layer))) {
        throw new IllegalArgumentException(
            "The "
                + metric
                + " score of layer "
                + layer
                + " is "
                + scores.get(layer)
                + ": a score must be a finite number.");
      }
    }
  }

  /**
   * Scores that were found elsewhere, or of a metric that has no threshold.
   *
   * @param metric what to call them
   * @param scores one finite number a layer
   */
  public static LayerScores of(@NonNull String metric, @NonNull double... scores) {
    return of(metric, DoubleStream.of(scores));
  }

  /** Scores of a metric that has no threshold. */
  static LayerScores of(String metric, DoubleStream scores) {
    return new LayerScores(metric, OptionalDouble.empty(), scores.boxed().toList());
  }

  /** The scores as an array, one entry a layer. */
  public double[] toArray() {
    return scores.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Whether a low score marks a layer that should be sampled more, as with Hill alpha, instead of a
   * high one.
   */
  public boolean lowMeansImportant() {
    return metric.equals(HillAlpha.NAME);
  }
}
