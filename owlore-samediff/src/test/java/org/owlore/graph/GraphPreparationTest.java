package org.owlore.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.testing.Gradients;

class GraphPreparationTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"INT", "LONG"})
  void anEmbeddingAddsUpTheGradientsOfRepeatedTokens(DataType indexType) {
    SameDiff graph = SameDiff.create();
    SDVariable ids = graph.placeHolder("ids", indexType, -1, -1);
    SDVariable table = graph.var("table", Nd4j.randn(DataType.FLOAT, 5, 3));
    SDVariable scale = graph.constant(Nd4j.randn(DataType.FLOAT, 2, 4, 3));
    graph.gather(table, ids, 0).mul(scale).sum("loss", 0, 1, 2);
    graph.setLossVariables("loss");
    Map<String, INDArray> batch =
        Map.of(
            "ids",
            Nd4j.createFromArray(new int[][] {{1, 1, 4, 0}, {1, 2, 2, 4}}).castTo(indexType));

    GraphPreparation.prepare(graph);

    INDArray actual = graph.calculateGradients(batch, "table").get("table");
    INDArray expected = Gradients.numerical(graph, "loss", batch, List.of("table")).get("table");
    assertThat(actual.distance2(expected)).isLessThan(1e-2);
  }

  @Test
  void theMeanOfTokenLossesHasTheGradientOfTheMean() {
    SameDiff graph = SameDiff.create();
    SDVariable labels = graph.placeHolder("labels", DataType.INT32, -1);
    SDVariable mask = graph.placeHolder("mask", DataType.FLOAT, -1);
    SDVariable logits = graph.var("logits", Nd4j.randn(DataType.FLOAT, 6, 4));
    SDVariable losses = graph.loss.sparseSoftmaxCrossEntropy(logits, labels);
    losses.mul(mask).sum(0).div("loss", mask.sum(0));
    graph.setLossVariables("loss");
    Map<String, INDArray> batch =
        Map.of(
            "labels", Nd4j.createFromArray(0, 1, 3, 2, 2, 1),
            "mask", Nd4j.createFromArray(1f, 0f, 1f, 1f, 0f, 1f));

    GraphPreparation.prepare(graph);

    INDArray actual = graph.calculateGradients(batch, "logits").get("logits");
    INDArray expected = Gradients.numerical(graph, "loss", batch, List.of("logits")).get("logits");
    assertThat(actual.distance2(expected)).isLessThan(1e-2 * expected.norm2Number().doubleValue());
    assertThat(actual.getRow(1).norm2Number().doubleValue()).isZero();
  }

  @Test
  void aReductionOverANegativeAxisOfKnownRankIsCountedFromTheFront() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 5}}));
    weight.mean("means", -1).sum("loss", 0);
    graph.setLossVariables("loss");

    GraphPreparation.Report report = GraphPreparation.prepare(graph);

    assertThat(report.repaired()).hasSize(1).first().asString().contains("[-1]");
    assertThat(graph.outputSingle(Map.of(), "loss").getDouble(0)).isCloseTo(5.5, within(1e-6));
    assertThat(graph.calculateGradients(Map.of(), "weight").get("weight"))
        .isEqualTo(Nd4j.valueArrayOf(new long[] {2, 2}, 0.5f, DataType.FLOAT));
  }

  @Test
  void aReductionOverANegativeAxisOfUnknownRankIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3));
    weight.mul(2).mean("means", -1).sum("loss", 0);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("reduce_mean")
        .hasMessageContaining("give the axis counted from the front");
  }

  @Test
  void preparingTwiceChangesNothing() {
    SameDiff graph = SameDiff.create();
    graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3)).mean("means", -1).sum("loss", 0);
    GraphPreparation.prepare(graph);

    assertThat(GraphPreparation.prepare(graph).repaired()).isEmpty();
  }

  @Test
  void anOperationWithoutRightGradientIsRefusedWithAdvice() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3));
    graph.nn.logSoftmax(weight, 1).sum("loss", 0, 1);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("log_softmax")
        .hasMessageContaining("log(softmax(x))");
  }
}
