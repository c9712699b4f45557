package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whoever receives a gradient may overwrite it, wherever the gradient's numbers came from. */
class GradientOwnershipTest {
  private final SameDiff graph = SameDiff.create();

  private SDVariable weight(String name, long... shape) {
    return graph.var(name, Nd4j.randn(DataType.FLOAT, shape));
  }

  private void assertRight(Map<String, INDArray> batch, String... trained) {
    Map<String, INDArray> expected = graph.calculateGradients(batch, trained);
    for (int run = 0; run < 2; run++) {
      Trial trial = Trial.of(graph, batch, List.of(trained));
      for (String name : trained) {
        assertThat(trial.gradient(name).equalsWithEps(expected.get(name), 1e-5))
            .as("%s in run %d: %s instead of %s", name, run, trial.gradient(name), expected)
            .isTrue();
      }
    }
  }

  @Test
  void twoWeightsThatAreAddedHaveAGradientEach() {
    SDVariable sum = weight("left", 3, 4).add(weight("right", 3, 4));
    sum.mul(sum).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    assertRight(Map.of(), "left", "right");
  }

  @Test
  void aGradientThatOtherGradientsAreMadeOfStaysUntilTheyAreMade() {
    SDVariable x = graph.constant(Nd4j.randn(DataType.FLOAT, 3, 5));
    SDVariable sum = x.mmul(weight("first", 5, 4)).add(weight("offset", 3, 4));
    graph.math.tanh(sum).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    assertRight(Map.of(), "offset", "first");
  }

  @Test
  void aGradientThatIsTheLossSeedLeavesTheSeedAlone() {
    SDVariable total = weight("a").add(weight("b"));
    total.add("loss", graph.math.square(weight("c")));
    graph.setLossVariables("loss");
    assertRight(Map.of(), "a", "b", "c");
  }

  @Test
  void aGradientThatIsConstantIsTheSameInEveryStep() {
    SDVariable mask = graph.constant(Nd4j.createFromArray(1f, 0f, 2f));
    weight("a", 3).mul(mask).sum("loss", 0);
    graph.setLossVariables("loss");
    assertRight(Map.of(), "a");
  }

  @Test
  void aGradientThatIsReadAsAnOutputIsNotOverwrittenBeforehand() {
    SDVariable sum = weight("left", 3, 4).add(weight("right", 3, 4));
    sum.mul(sum).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    INDArray expected = graph.calculateGradients(Map.of(), "left").get("left");
    String name = graph.getFunction("grad").getVariable("left").getGradient().name();
    Trial trial = Trial.of(graph, Map.of(), List.of("left"), List.of(name));
    assertThat(trial.outputs().get(name).equalsWithEps(expected, 1e-5)).isTrue();
  }
}
