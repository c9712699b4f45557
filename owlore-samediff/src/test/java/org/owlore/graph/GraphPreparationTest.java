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
import org.nd4j.linalg.api.ops.impl.controlflow.Select;
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
  void theRankOfAnActivationIsFoundByRunningTheGraph() {
    SameDiff graph = SameDiff.create();
    SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1, -1);
    SDVariable table = graph.var("table", Nd4j.randn(DataType.FLOAT, 5, 3));
    SDVariable rows = graph.gather(table, ids, 0);
    rows.sub(rows.mean(true, -1)).mul(rows).mean("means", -1).sum("loss", 0, 1);

    GraphPreparation.Report report = GraphPreparation.prepare(graph);

    assertThat(report.repaired()).hasSize(2);
    Map<String, INDArray> batch = Map.of("ids", Nd4j.createFromArray(new int[][] {{4, 1}}));
    assertThat(graph.outputSingle(batch, "means").shape()).containsExactly(1, 2);
  }

  @Test
  void aReductionOverANegativeAxisOfUnknownRankIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable input = graph.placeHolder("input", DataType.FLOAT);
    input.mul(2).mean("means", -1).sum("loss", 0);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Operation \"reduce_mean\" (node \"reduce_mean\") reduces over axis [-1]: give the axis"
                + " counted from the front.");
  }

  @Test
  void aChoiceBetweenArraysOfUnknownShapesIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable input = graph.placeHolder("input", DataType.FLOAT);
    graph.where(input, input.mul(2), input.gt(0)).sum("loss", 0);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("\"Where\"")
        .hasMessageContaining("has inputs whose shapes cannot be found out");
  }

  @Test
  void aChoiceOfWholeRowsIsRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable left = graph.var("left", Nd4j.randn(DataType.FLOAT, 2, 3));
    SDVariable rows = graph.constant(Nd4j.createFromArray(true, false));
    new Select(graph, new SDVariable[] {rows, left, left.mul(2)}).outputVariable();

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("chooses whole rows: use where with a condition of the rows' shape.");
  }

  @Test
  void aContractionOverSeveralAxesIsRefusedWithAdvice() {
    SameDiff graph = SameDiff.create();
    SDVariable left = graph.var("left", Nd4j.randn(DataType.FLOAT, 2, 3, 4));
    SDVariable right = graph.var("right", Nd4j.randn(DataType.FLOAT, 3, 4, 5));
    graph.tensorMmul(left, right, new int[] {1, 2}, 0, 1).sum("loss", 0, 1);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("tensordot")
        .hasMessageContaining("has no right gradient: reshape to a matrix and use mmul");
  }

  @Test
  void axesThatAreComputedAreRefused() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3));
    SDVariable axes = graph.placeHolder("axes", DataType.INT32, 1);
    graph.mean("means", weight, axes, false);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("computes its axes (\"axes\"): give them as numbers.");
  }

  @Test
  void aLoopIsRefusedWithAdvice() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 4, 3));
    SDVariable indices = graph.constant(Nd4j.createFromArray(0, 2));
    weight.get(indices).sum("loss", 0);

    assertThatThrownBy(() -> GraphPreparation.prepare(graph))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("is control flow, which has no right gradient: SDVariable.get(..)");
  }

  @Test
  void whatTheLossDoesNotDependOnIsLeftAlone() {
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3));
    graph.placeHolder("unknown", DataType.FLOAT).mean("means", -1);
    weight.sum("loss", 0, 1);
    graph.setLossVariables("loss");

    assertThat(GraphPreparation.prepare(graph).repaired()).isEmpty();
  }

  @Test
  void preparingTwiceChangesNothing() {
    SameDiff graph = SameDiff.create();
    graph.var("weight", Nd4j.randn(DataType.FLOAT, 2, 3)).mean("means", -1).sum("loss", 0);
    GraphPreparation.prepare(graph);

    assertThat(GraphPreparation.prepare(graph).repaired()).isEmpty();
  }
}
