package org.owlore.scoring;

/**
 * How much a layer turns the residual stream: {@code 1 - E[cos(x_l, x_{l+1})]} over all tokens that
 * count (ShortGPT, equation 1), from 0 (nothing) to 2.
 *
 * <p>Costs one forward pass over the calibration data.
 */
public record BlockInfluence() implements LayerMetric {
  /** Name of the metric. */
  public static final String NAME = "block-influence";

  @Override
  public LayerScores score(ScorableModel model) {
    return LayerScores.of(NAME, ResidualStream.means(model, BlockInfluence::turn));
  }

  /** A token with a residual stream of length 0 on one side has no direction: its cosine is 0. */
  private static double turn(float[] before, float[] after, int start, int channels) {
    double product = 0;
    double squaresBefore = 0;
    double squaresAfter = 0;
    for (int i = start; i < start + channels; i++) {
      product += (double) before[i] * after[i];
      squaresBefore += (double) before[i] * before[i];
      squaresAfter += (double) after[i] * after[i];
    }
    double lengths = Math.sqrt(squaresBefore) * Math.sqrt(squaresAfter);
    // Rounding can push a cosine of 1 above it; a score must not be negative.
    return lengths == 0 ? 1 : Math.max(0, 1 - product / lengths);
  }
}
