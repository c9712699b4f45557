package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Slice;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.graph.GraphPreparation;

class ConstantArgumentsTest {
  private final SameDiff graph = SameDiff.create();
  private final INDArray values = Nd4j.linspace(1, 24, 24, DataType.FLOAT).reshape(4, 6);
  private final SDVariable x = graph.var("x", values);

  private SDVariable constant(String name, int... numbers) {
    return graph.constant(name, Nd4j.createFromArray(numbers));
  }

  private Trial trial(SDVariable made) {
    made.mul(made).sum("loss");
    graph.setLossVariables("loss");
    GraphPreparation.prepare(graph);
    return Trial.of(graph, Map.of(), List.of("x"), List.of("loss", made.name()));
  }

  private static void assertFolded(Trial trial, String operation) {
    assertThat(trial.steps())
        .filteredOn(Step.Compute.class::isInstance)
        .map(Step.Compute.class::cast)
        .filteredOn(step -> step.operation().is(operation))
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.inputs()).hasSizeLessThanOrEqualTo(2));
  }

  @Test
  void theBeginningAndSizeOfASliceBecomeArguments() {
    SDVariable slice =
        new Slice(graph, x, constant("begin", 1, 2), constant("size", 2, -1)).outputVariable();

    Trial trial = trial(slice);

    assertFolded(trial, "slice");
    INDArray expected = values.get(NDArrayIndex.interval(1, 3), NDArrayIndex.interval(2, 6));
    assertThat(trial.outputs().get(slice.name())).isEqualTo(expected.dup());
    assertThat(trial.gradient("x").sumNumber().doubleValue())
        .isEqualTo(2 * expected.sumNumber().doubleValue());
  }

  @Test
  void aSliceThatHasItsArgumentsAlreadyIsLeftAlone() {
    Trial trial = trial(graph.slice(x, new int[] {1, 2}, 2, 3));

    assertThat(trial.count("slice")).isEqualTo(1);
  }
}
