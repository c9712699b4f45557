package org.owlore.examples.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientSourceTest {

  @Test
  void aGraphIsGivenTheInputsThatItHas() {
    SameDiff graph = SameDiff.create();
    graph.placeHolder("wanted", DataType.FLOAT, 1);
    Map<String, INDArray> given = Map.of("wanted", Nd4j.ones(1), "other", Nd4j.ones(1));

    assertThat(GradientSource.placeholders(graph, given)).containsOnlyKeys("wanted");
  }

  @Test
  void anInputThatPyTorchDoesNotKnowIsNamed() {
    SameDiff graph = SameDiff.create();
    graph.placeHolder("invented", DataType.FLOAT, 1);

    assertThatThrownBy(() -> GradientSource.placeholders(graph, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wants an input \"invented\"");
  }
}
