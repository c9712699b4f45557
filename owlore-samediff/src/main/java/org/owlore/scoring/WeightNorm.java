package org.owlore.scoring;

import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;

/**
 * The Frobenius norm of all linear weights of a layer together: the square root of the sum of their
 * squared entries. Needs no data.
 */
public record WeightNorm() implements LayerMetric {
  /** Name of the metric. */
  public static final String NAME = "weight-norm";

  @Override
  public LayerScores score(ScorableModel model) {
    return LayerScores.of(
        NAME,
        model.layers().layers().stream()
            .mapToDouble(layer -> Math.sqrt(squares(layer, model.weights()))));
  }

  private static double squares(Layer layer, WeightSource weights) {
    double[] sum = new double[1];
    for (LinearWeight linear : layer.linears()) {
      MatrixRows rows =
          new MatrixRows("The weight " + linear.name(), weights.weight(linear.name()));
      rows.forEach((row, values, start) -> sum[0] += squares(values, start, rows.columns()));
      rows.requireFinite(sum[0]);
    }
    return sum[0];
  }

  private static double squares(float[] values, int start, int columns) {
    double sum = 0;
    for (int i = start; i < start + columns; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
