package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.testing.OnnxBuilder.attribute;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.testing.OnnxBuilder;

class LogicOperatorsTest extends OperatorFixture {

  @Test
  void whereChoosesByCondition() {
    graph.onnx.scalar("zero", 0).scalar("lowest", Float.NEGATIVE_INFINITY);

    INDArray result =
        graph
            .node("Greater", "x zero", "positive")
            .node("Where", "positive x lowest", "masked")
            .node("Softmax", "masked", "z", attribute("axis", -1))
            .compute("z");

    assertThat(result.isNaN().any()).isFalse();
    for (int i = 0; i < x.length(); i++) {
      if (at(x, i) <= 0 && anyPositive(i)) {
        assertThat(at(result, i)).isZero();
      }
    }
  }

  private boolean anyPositive(int index) {
    int row = index / Imported.WIDTH * Imported.WIDTH;
    for (int i = row; i < row + Imported.WIDTH; i++) {
      if (at(x, i) > 0) {
        return true;
      }
    }
    return false;
  }

  @Test
  void truthValuesCombine() {
    graph.onnx.scalar("zero", 0).scalar("one", 1);

    INDArray result =
        graph
            .node("Greater", "x zero", "positive")
            .node("LessOrEqual", "x one", "small")
            .node("And", "positive small", "both")
            .node("Not", "small", "large")
            .node("Or", "both large", "either")
            .node("Cast", "either", "z", attribute("to", OnnxBuilder.FLOAT))
            .compute("z");

    assertEach(result, x, (v, i) -> v > 0 ? 1 : 0);
  }

  @Test
  void aTriangleOfSequenceByLengthIsMadeWhenTheGraphRuns() {
    INDArray result =
        graph
            .node("Shape", "input_ids", "shape")
            .node("Slice", "shape one two", "length")
            .node("Concat", "length length", "square", attribute("axis", 0))
            .node("ConstantOfShape", "square", "ones", one())
            .node("Trilu", "ones", "z", attribute("upper", 0))
            .integers("one", 1)
            .integers("two", 2)
            .compute("z");

    assertThat(result.shape()).containsExactly(Imported.SEQUENCE, Imported.SEQUENCE);
    assertEach(result, result, (v, i) -> i % Imported.SEQUENCE <= i / Imported.SEQUENCE ? 1 : 0);
  }

  private static onnx.Onnx.AttributeProto one() {
    return OnnxBuilder.tensor("value", OnnxBuilder.tensor("", Nd4j.createFromArray(1f)));
  }

  @Test
  void whatIsNotChosenMayBeInfinite() {
    graph.onnx.scalar("zero", 0);

    INDArray result =
        graph
            .node("Greater", "x zero", "positive")
            .node("Relu", "x", "clipped")
            .node("Log", "clipped", "logarithm")
            .node("Where", "positive logarithm x", "z")
            .compute("z");

    assertEach(result, x, (v, i) -> v > 0 ? Math.log(v) : v);
  }
}
