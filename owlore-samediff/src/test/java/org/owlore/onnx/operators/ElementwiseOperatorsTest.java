package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.testing.OnnxBuilder.text;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ElementwiseOperatorsTest extends OperatorFixture {

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Min"})
  void arithmeticBroadcasts(String operator) {
    DoubleBinaryOperator expected =
        switch (operator) {
          case "Add" -> (a, b) -> a + b;
          case "Sub" -> (a, b) -> a - b;
          case "Mul" -> (a, b) -> a * b;
          case "Div" -> (a, b) -> a / b;
          case "Max" -> Math::max;
          default -> Math::min;
        };
    INDArray weight = graph.tensor("w", Imported.WIDTH);

    INDArray result = graph.node(operator, "x w", "z").compute("z");

    assertEach(result, x, (value, i) -> expected.applyAsDouble(value, at(weight, i)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 3, 0.5, -1, 1.5})
  void powersOfPositiveNumbers(double exponent) {
    graph.onnx.scalar("exponent", (float) exponent);

    INDArray result = graph.node("Abs", "x", "a").node("Pow", "a exponent", "z").compute("z");

    assertEach(result, x, (value, i) -> Math.pow(Math.abs(value), exponent));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Neg",
        "Abs",
        "Exp",
        "Sin",
        "Cos",
        "Tanh",
        "Sigmoid",
        "Relu",
        "Floor",
        "Ceil",
        "Softplus",
        "Sign",
        "Reciprocal",
        "Erf"
      })
  void functions(String operator) {
    DoubleUnaryOperator expected =
        switch (operator) {
          case "Neg" -> v -> -v;
          case "Abs" -> Math::abs;
          case "Exp" -> Math::exp;
          case "Sin" -> Math::sin;
          case "Cos" -> Math::cos;
          case "Tanh" -> Math::tanh;
          case "Sigmoid" -> v -> 1 / (1 + Math.exp(-v));
          case "Relu" -> v -> Math.max(0, v);
          case "Floor" -> Math::floor;
          case "Ceil" -> Math::ceil;
          case "Softplus" -> v -> Math.log1p(Math.exp(v));
          case "Sign" -> Math::signum;
          case "Reciprocal" -> v -> 1 / v;
          default -> OperatorFixture::erf;
        };

    INDArray result = graph.node(operator, "x", "z").compute("z");

    assertEach(result, x, (value, i) -> expected.applyAsDouble(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "tanh"})
  void geluInBothForms(String approximate) {
    INDArray result = graph.node("Gelu", "x", "z", text("approximate", approximate)).compute("z");

    assertEach(
        result,
        x,
        (v, i) ->
            approximate.equals("none")
                ? 0.5 * v * (1 + erf(v / Math.sqrt(2)))
                : 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))));
  }

  @Test
  void xTimesSigmoidOfXIsOneOperation() {
    INDArray result = graph.node("Sigmoid", "x", "s").node("Mul", "x s", "z").compute("z");

    assertEach(result, x, (v, i) -> v / (1 + Math.exp(-v)));
  }

  @Test
  void clipKeepsWithinBothBounds() {
    graph.onnx.scalar("low", -0.5f).scalar("high", 1f);

    INDArray result = graph.node("Clip", "x low high", "z").compute("z");

    assertEach(result, x, (v, i) -> Math.max(-0.5, Math.min(1, v)));
  }

  @Test
  void gatesOfAnotherShapeAreNoSwish() {
    graph.integers("axis", 2).integers("copies", 1, 1, 3, 1);

    INDArray result =
        graph
            .node("Sigmoid", "x", "gate")
            .node("Unsqueeze", "gate axis", "single")
            .node("Expand", "single copies", "gates")
            .node("Unsqueeze", "x axis", "factor")
            .node("Mul", "factor gates", "z")
            .compute("z");

    assertThat(result.shape())
        .containsExactly(Imported.BATCH, Imported.SEQUENCE, 3, Imported.WIDTH);
  }
}
