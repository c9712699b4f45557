package org.owlore.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientCheckTest {
  private final Map<String, INDArray> batch =
      Map.of("x", Nd4j.randn(DataType.FLOAT, 7, 4), "y", Nd4j.createFromArray(0, 1, 2, 1, 0, 2, 2));

  private static SameDiff classifier() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable y = graph.placeHolder("y", DataType.INT32, -1);
    SDVariable weight = graph.var("weight", Nd4j.randn(DataType.FLOAT, 4, 3));
    graph.loss.sparseSoftmaxCrossEntropy(x.mmul(weight), y).mean("loss");
    graph.setLossVariables("loss");
    return graph;
  }

  @Test
  void aPreparedGraphPasses() {
    SameDiff graph = classifier();
    GraphPreparation.prepare(graph);

    GradientCheck.Report report =
        GradientCheck.builder().loss("loss").entries(12).build().check(graph, batch);

    assertThat(report.wrong()).isEmpty();
    assertThat(report.allRight()).isTrue();
    assertThat(report.entries()).hasSize(12);
  }

  /** The gradient is that of another loss, which has one more term. */
  @Test
  void aWrongGradientIsFoundAndNamed() {
    SameDiff graph = classifier();
    GraphPreparation.prepare(graph);
    graph.getVariable("loss").add("total", graph.var("extra", Nd4j.scalar(0.5f)).mul(2));
    graph.setLossVariables("total");

    GradientCheck.Report report =
        GradientCheck.builder().loss("loss").entries(3).build().check(graph, batch);

    assertThat(report.allRight()).isFalse();
    assertThat(report.wrong()).containsExactly("extra");
  }

  @Test
  void weightsAreLeftAsTheyWere() {
    SameDiff graph = classifier();
    INDArray before = graph.getArrForVarName("weight").dup();

    GradientCheck.builder().loss("loss").build().check(graph, batch);

    assertThat(graph.getArrForVarName("weight")).isEqualTo(before);
  }

  @Test
  void nonsenseSettingsAreRefused() {
    assertThatThrownBy(() -> GradientCheck.builder().loss("loss").entries(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive");
  }
}
