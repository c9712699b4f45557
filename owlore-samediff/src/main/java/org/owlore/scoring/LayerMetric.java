package org.owlore.scoring;

import java.util.List;

/**
 * Gives every layer of a model a score. The metrics of this package compute in double precision and
 * on the calling thread, so that the same model and data always give the same scores, to the last
 * bit.
 */
public interface LayerMetric {

  /** The names that {@link #of} knows. */
  List<String> NAMES =
      List.of(
          OutlierRatio.NAME,
          BlockInfluence.NAME,
          RelativeMagnitude.NAME,
          WeightNorm.NAME,
          HillAlpha.NAME);

  /**
   * Scores all layers.
   *
   * @param model the model, on its calibration data
   * @return one finite score a layer
   * @throws IllegalArgumentException if a score is not defined for this model and data
   */
  LayerScores score(ScorableModel model);

  /**
   * The metric of a name.
   *
   * @param name one of {@link #NAMES}
   * @param tau threshold of the outlier ratio, in multiples of the mean; the others ignore it
   * @throws IllegalArgumentException if there is no such metric
   */
  static LayerMetric of(String name, double tau) {
    return switch (name) {
      case OutlierRatio.NAME -> new OutlierRatio(tau);
      case BlockInfluence.NAME -> new BlockInfluence();
      case RelativeMagnitude.NAME -> new RelativeMagnitude();
      case WeightNorm.NAME -> new WeightNorm();
      case HillAlpha.NAME -> new HillAlpha();
      default ->
          throw new IllegalArgumentException(
              "There is no metric '" + name + "': choose one of " + String.join(", ", NAMES) + ".");
    };
  }
}
