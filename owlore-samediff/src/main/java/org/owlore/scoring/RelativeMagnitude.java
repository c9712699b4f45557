package org.owlore.scoring;

/**
 * How much of the residual stream a layer has just added: {@code E[ ||f(x)|| / ||x + f(x)|| ]} over
 * all tokens that count, where {@code x + f(x)} is the layer's output and {@code f(x)} the
 * difference to its input.
 *
 * <p>Costs one forward pass over the calibration data.
 */
public record RelativeMagnitude() implements LayerMetric {
  /** Name of the metric. */
  public static final String NAME = "relative-magnitude";

  @Override
  public LayerScores score(ScorableModel model) {
    return LayerScores.of(NAME, ResidualStream.means(model, RelativeMagnitude::added));
  }

  /** A token whose residual stream is 0 on both sides got nothing added. */
  private static double added(float[] before, float[] after, int start, int channels) {
    double squaresAdded = 0;
    double squaresAfter = 0;
    for (int i = start; i < start + channels; i++) {
      double difference = (double) after[i] - before[i];
      squaresAdded += difference * difference;
      squaresAfter += (double) after[i] * after[i];
    }
    return squaresAdded == 0 ? 0 : Math.sqrt(squaresAdded / squaresAfter);
  }
}
