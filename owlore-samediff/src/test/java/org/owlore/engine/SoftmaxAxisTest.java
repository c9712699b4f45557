package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.owlore.graph.GraphPreparation;

/** Softmax and its gradient along every axis, against exponentials and sums in float64. */
class SoftmaxAxisTest {
  private static final long[] SHAPE = {2, 3, 4, 5};

  @ParameterizedTest
  @CsvSource({"1,0", "2,0", "2,1", "3,0", "3,1", "3,2", "4,0", "4,1", "4,2", "4,3", "4,-3"})
  void softmaxGoesAlongItsAxis(int rank, int axis) {
    long[] shape = Arrays.copyOf(SHAPE, rank);
    INDArray values = Nd4j.randn(DataType.FLOAT, shape);
    INDArray weights = Nd4j.rand(DataType.FLOAT, shape);
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.var("x", values);
    SDVariable softmax = graph.nn.softmax("softmax", x, axis);
    softmax.mul(graph.constant(weights)).sum("loss");
    graph.setLossVariables("loss");
    GraphPreparation.prepare(graph);

    Trial trial = Trial.of(graph, Map.of(), List.of("x"), List.of("loss", "softmax"));

    INDArray expected = softmax(values, Math.floorMod(axis, rank));
    assertClose(trial.outputs().get("softmax"), expected);
    INDArray weighted = weights.castTo(DataType.DOUBLE).mul(expected);
    INDArray sums = weighted.sum(true, Math.floorMod(axis, rank)).broadcast(shape);
    assertClose(trial.gradient("x"), weighted.sub(expected.mul(sums)));
  }

  private static INDArray softmax(INDArray values, int axis) {
    INDArray powers = Transforms.exp(values.castTo(DataType.DOUBLE));
    return powers.div(powers.sum(true, axis).broadcast(values.shape()));
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue())
        .isLessThan(1e-6);
  }
}
