package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.owlore.testing.OnnxBuilder.attribute;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.files.CheckpointException;

class RefusedOperatorsTest extends OperatorFixture {

  @ParameterizedTest
  @CsvSource({"Mod, fmod", "ReduceMean, integers"})
  void whatWouldBeComputedOtherwiseIsRefused(String operator, String reason) {
    graph.onnx.integer("three", 3);
    graph.node(
        operator,
        operator.equals("Mod") ? "input_ids three" : "input_ids",
        "z",
        attribute("fmod", 1));

    assertThatThrownBy(() -> graph.compute("z"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(reason);
  }
}
