package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.testing.Bits;
import org.owlore.testing.Gradients;

/** Plans of random graphs against the session of SameDiff and against finite differences. */
class RandomGraphTest {
  private static List<String> subset(List<String> weights, long seed) {
    Random random = new Random(seed);
    List<String> some = weights.stream().filter(weight -> random.nextBoolean()).toList();
    return some.isEmpty() ? weights : some;
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void planAndSessionAgree(@ForAll long seed) {
    RandomGraph sample = new RandomGraph(seed);
    Map<String, INDArray> expected = sample.graph.calculateGradients(sample.batch, sample.weights);
    double loss = sample.graph.outputSingle(sample.batch, "loss").getDouble(0);

    for (List<String> trained : List.of(sample.weights, subset(sample.weights, seed))) {
      Trial trial = Trial.of(sample.graph, sample.batch, trained);
      assertThat(trial.loss(sample.graph)).isCloseTo(loss, within(1e-5 * (1 + Math.abs(loss))));
      assertThat(trial.gradients()).containsOnlyKeys(trained);
      for (String name : trained) {
        assertClose(name, trial.gradient(name), expected.get(name), 1e-5);
      }
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void checkpointsChangeNoBitOfAGradient(@ForAll long seed) {
    RandomGraph sample = new RandomGraph(seed);
    List<String> arrays =
        sample.graph.variables().stream()
            .filter(variable -> variable.getVariableType() == VariableType.ARRAY)
            .map(SDVariable::name)
            .toList();
    PlanRequest plain =
        PlanRequest.builder()
            .output("loss")
            .trained(sample.weights)
            .placeholders(Engine.types(sample.batch))
            .build();
    PlanRequest checkpointed =
        PlanRequest.builder()
            .output("loss")
            .trained(sample.weights)
            .checkpoints(subset(arrays, seed))
            .placeholders(Engine.types(sample.batch))
            .build();
    Trial expected = Trial.of(sample.graph, sample.batch, plain);
    Trial actual = Trial.of(sample.graph, sample.batch, checkpointed);
    assertThat(actual.loss(sample.graph)).isEqualTo(expected.loss(sample.graph));
    sample.weights.forEach(
        name ->
            assertThat(Bits.of(actual.gradient(name)))
                .as(name)
                .isEqualTo(Bits.of(expected.gradient(name))));
  }

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void gradientsAreTheSlopesOfTheLoss(@ForAll long seed) {
    RandomGraph sample = new RandomGraph(seed);
    String weight = sample.weights.get(0);
    INDArray expected =
        Gradients.numerical(sample.graph, "loss", sample.batch, List.of(weight)).get(weight);
    Trial trial = Trial.of(sample.graph, sample.batch, List.of(weight));
    assertClose(weight, trial.gradient(weight), expected, 5e-3);
  }

  private static void assertClose(
      String name, INDArray actual, INDArray expected, double tolerance) {
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    assertThat(actual.distance2(expected))
        .as("%s: %s, not %s", name, actual, expected)
        .isLessThan(tolerance * (1 + expected.norm2Number().doubleValue()));
  }
}
