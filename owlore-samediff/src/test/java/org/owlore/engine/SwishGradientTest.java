package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

class SwishGradientTest {
  private static final float[] POINTS = {
    -200, -88, -20, -3, -1e-4f, 0, 1e-4f, 0.5f, 2, 20, 88, 200
  };

  private final SameDiff graph = SameDiff.create();

  private Trial train() {
    SDVariable x = graph.var("x", Nd4j.createFromArray(POINTS));
    graph.nn().swish("y", x).sum("loss", 0);
    graph.setLossVariables("loss");
    return Trial.of(graph, Map.of(), List.of("x"), List.of("loss", "y"));
  }

  @Test
  void valueAndSlopeAreRightEverywhere() {
    Trial trial = train();
    for (int i = 0; i < POINTS.length; i++) {
      double x = POINTS[i];
      double sigmoid = 1 / (1 + Math.exp(-x));
      double slope = sigmoid * (1 + x * (1 - sigmoid));
      assertThat(trial.outputs().get("y").getDouble(i))
          .as("swish(%s)", x)
          .isCloseTo(x * sigmoid, within(1e-6 * (1 + Math.abs(x))));
      assertThat(trial.gradient("x").getDouble(i)).as("at %s", x).isCloseTo(slope, within(2e-6));
    }
  }

  @Test
  void theExponentialIsComputedOnce() {
    Trial trial = train();
    assertThat(trial.count("sigmoid")).isOne();
    assertThat(trial.count("_swishderivative") + trial.count("swish")).isZero();
  }
}
