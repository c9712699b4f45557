package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.testing.OnnxBuilder.attribute;
import static org.owlore.testing.OnnxBuilder.real;
import static org.owlore.testing.OnnxBuilder.text;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.testing.OnnxBuilder;

/** Each operator against plain loops, on a graph whose batch and length are free. */
class OperatorsTest {
  private static final double TOLERANCE = 1e-5;

  private final Imported graph = new Imported();
  private final INDArray x = graph.x();

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
          default -> OperatorsTest::erf;
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
  void headsAreSplitByShapesThatTheExporterComputed() {
    graph.onnx.integer("zero", 0).integer("one", 1);

    INDArray result =
        graph
            .integers("first", 0)
            .integers("heads", 2, 3)
            .node("Shape", "x", "shape")
            .node("Gather", "shape zero", "batch")
            .node("Gather", "shape one", "length")
            .node("Unsqueeze", "batch first", "b")
            .node("Unsqueeze", "length first", "t")
            .node("Concat", "b t heads", "target", attribute("axis", 0))
            .node("Reshape", "x target", "split")
            .node("Transpose", "split", "z", attribute("perm", 0, 2, 1, 3))
            .compute("z");

    INDArray expected =
        x.reshape('c', Imported.BATCH, Imported.SEQUENCE, 2, 3).permute(0, 2, 1, 3).dup('c');
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "-4, -1", "2, 9223372036854775807", "1, 2"})
  void slicesCountFromEitherEnd(long start, long end) {
    INDArray result =
        graph
            .integers("start", start)
            .integers("end", end)
            .integers("axis", -1)
            .node("Slice", "x start end axis", "z")
            .compute("z");

    int from = (int) (start < 0 ? start + Imported.WIDTH : start);
    int to = (int) Math.min(Imported.WIDTH, end < 0 ? end + Imported.WIDTH : end);
    assertThat(result.shape()).containsExactly(Imported.BATCH, Imported.SEQUENCE, to - from);
    assertEach(
        result, result, (v, i) -> at(x, i / (to - from) * Imported.WIDTH + from + i % (to - from)));
  }

  @Test
  void theLastTokenIsSlicedFromAFreeLength() {
    INDArray result =
        graph
            .integers("start", -1)
            .integers("end", Long.MAX_VALUE)
            .integers("axis", 1)
            .node("Slice", "x start end axis", "z")
            .compute("z");

    assertThat(result.shape()).containsExactly(Imported.BATCH, 1, Imported.WIDTH);
    assertEach(
        result,
        result,
        (v, i) ->
            at(
                x,
                (i / Imported.WIDTH * Imported.SEQUENCE + Imported.SEQUENCE - 1) * Imported.WIDTH
                    + i % Imported.WIDTH));
  }

  @Test
  void splitAndConcatRotateHalves() {
    graph.onnx.node("split", "Split", List.of("x"), List.of("a", "b"), attribute("axis", -1));

    INDArray result =
        graph.node("Neg", "b", "n").node("Concat", "n a", "z", attribute("axis", -1)).compute("z");

    int half = Imported.WIDTH / 2;
    assertEach(result, x, (v, i) -> i % Imported.WIDTH < half ? -at(x, i + half) : at(x, i - half));
  }

  @Test
  void repeatedHeadsAreExpandedInTheirPlace() {
    INDArray result =
        graph
            .integers("axis", 2)
            .integers("copies", 1, 1, 3, 1)
            .node("Unsqueeze", "x axis", "single")
            .node("Expand", "single copies", "z")
            .compute("z");

    assertThat(result.shape())
        .containsExactly(Imported.BATCH, Imported.SEQUENCE, 3, Imported.WIDTH);
    assertEach(
        result,
        result,
        (v, i) -> at(x, i / (3 * Imported.WIDTH) * Imported.WIDTH + i % Imported.WIDTH));
  }

  @ParameterizedTest
  @CsvSource({"6, 5", "6, 1", "6, 9"})
  void matrixProductsTakeAllRowsAtOnce(int in, int out) {
    INDArray w = graph.tensor("w", in, out);

    INDArray result = graph.node("MatMul", "x w", "z").compute("z");

    assertThat(result.shape()).containsExactly(Imported.BATCH, Imported.SEQUENCE, out);
    assertEach(result, result, (v, i) -> dot(i / out, w, i % out, false));
  }

  @Test
  void aTransposedWeightIsReadAsItLies() {
    INDArray w = graph.tensor("w", 5, Imported.WIDTH);

    INDArray result =
        graph
            .node("Transpose", "w", "t", attribute("perm", 1, 0))
            .node("MatMul", "x t", "z")
            .compute("z");

    assertEach(result, result, (v, i) -> dot(i / 5, w, i % 5, true));
  }

  @Test
  void gemmScalesBothSummands() {
    INDArray w = graph.tensor("w", 5, Imported.WIDTH);
    INDArray bias = graph.tensor("bias", 5);

    INDArray result =
        graph
            .integers("rows", -1, Imported.WIDTH)
            .node("Reshape", "x rows", "flat")
            .node(
                "Gemm",
                "flat w bias",
                "z",
                attribute("transB", 1),
                real("alpha", 0.5),
                real("beta", 2))
            .compute("z");

    assertEach(result, result, (v, i) -> 0.5 * dot(i / 5, w, i % 5, true) + 2 * at(bias, i % 5));
  }

  private double dot(int row, INDArray w, int column, boolean transposed) {
    double sum = 0;
    for (int k = 0; k < Imported.WIDTH; k++) {
      sum +=
          at(x, row * Imported.WIDTH + k)
              * (transposed ? w.getDouble(column, k) : w.getDouble(k, column));
    }
    return sum;
  }

  @Test
  void attentionScoresMultiplyBatchesOfMatrices() {
    INDArray result =
        graph
            .node("Transpose", "x", "t", attribute("perm", 0, 2, 1))
            .node("MatMul", "x t", "z")
            .compute("z");

    assertThat(result.shape())
        .containsExactly(Imported.BATCH, Imported.SEQUENCE, Imported.SEQUENCE);
    assertEach(
        result,
        result,
        (v, i) -> {
          int row = i / Imported.SEQUENCE;
          int batch = row / Imported.SEQUENCE;
          int other = batch * Imported.SEQUENCE + i % Imported.SEQUENCE;
          double sum = 0;
          for (int k = 0; k < Imported.WIDTH; k++) {
            sum += at(x, row * Imported.WIDTH + k) * at(x, other * Imported.WIDTH + k);
          }
          return sum;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2"})
  void reductionsOverTheLastAxis(String operator) {
    INDArray result =
        graph
            .node(operator, "x", "z", attribute("axes", -1), attribute("keepdims", 0))
            .compute("z");

    assertThat(result.shape()).containsExactly(Imported.BATCH, Imported.SEQUENCE);
    assertEach(result, result, (v, i) -> reduced(operator, i));
  }

  private double reduced(String operator, int row) {
    double sum = 0;
    double squares = 0;
    double highest = Double.NEGATIVE_INFINITY;
    double lowest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < Imported.WIDTH; k++) {
      double value = at(x, row * Imported.WIDTH + k);
      sum += value;
      squares += value * value;
      highest = Math.max(highest, value);
      lowest = Math.min(lowest, value);
    }
    return switch (operator) {
      case "ReduceMean" -> sum / Imported.WIDTH;
      case "ReduceSum" -> sum;
      case "ReduceMax" -> highest;
      case "ReduceMin" -> lowest;
      default -> Math.sqrt(squares);
    };
  }

  @ParameterizedTest
  @CsvSource({"LayerNormalization, 3", "RMSNormalization, 2"})
  void normsScaleAndShift(String operator, int inputs) {
    INDArray scale = graph.tensor("scale", Imported.WIDTH);
    INDArray shift = graph.tensor("shift", Imported.WIDTH);
    boolean centred = inputs == 3;

    INDArray result =
        graph
            .node(operator, centred ? "x scale shift" : "x scale", "z", real("epsilon", 1e-3))
            .compute("z");

    assertEach(
        result,
        x,
        (v, i) -> {
          int row = i / Imported.WIDTH;
          double mean = centred ? reduced("ReduceMean", row) : 0;
          double square = 0;
          for (int k = 0; k < Imported.WIDTH; k++) {
            square += Math.pow(at(x, row * Imported.WIDTH + k) - mean, 2) / Imported.WIDTH;
          }
          double normed = (v - mean) / Math.sqrt(square + 1e-3) * at(scale, i);
          return centred ? normed + at(shift, i) : normed;
        });
  }

  @Test
  void oldSoftmaxSpansAllAxesFromOneOn() {
    graph.onnx.opset(11);

    INDArray result = graph.node("Softmax", "x", "z", attribute("axis", 1)).compute("z");

    for (int batch = 0; batch < Imported.BATCH; batch++) {
      assertThat(result.slice(batch).sumNumber().doubleValue()).isCloseTo(1, within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void entriesAreLookedUpByCoordinatesThatTheExporterCounted(boolean single) {
    graph.onnx.integer("zero", 0).integer("one", 1);
    graph
        .node("ReduceSum", "x", "sums", attribute("axes", 2), attribute("keepdims", 0))
        .node("Shape", "input_ids", "shape")
        .node("Gather", "shape zero", "batch")
        .node("Gather", "shape one", "length")
        .node("Range", "zero batch one", "rows")
        .node("Range", "zero length one", "columns")
        .integers("first", 0)
        .integers("second", 1)
        .integers("third", 2)
        .node("Unsqueeze", "rows second", "row")
        .node("Unsqueeze", "columns first", "column")
        .node("Expand", "row shape", "allRows")
        .node("Expand", "column shape", "allColumns")
        .node("Unsqueeze", "allRows third", "r")
        .node("Unsqueeze", "allColumns third", "c")
        .node("Concat", "r c", "coordinates", attribute("axis", -1));

    INDArray result =
        graph.node("GatherND", (single ? "sums" : "x") + " coordinates", "z").compute("z");

    INDArray expected = single ? x.sum(2) : x;
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
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

  @Test
  void logarithmsOfProbabilitiesStayFinite() {
    graph.onnx.scalar("hundreds", 300);

    INDArray result =
        graph.node("Mul", "x hundreds", "large").node("LogSoftmax", "large", "z").compute("z");

    assertThat(result.isNaN().any()).isFalse();
    for (int row = 0; row < Imported.BATCH * Imported.SEQUENCE; row++) {
      double highest = 300 * reduced("ReduceMax", row);
      double sum = 0;
      for (int k = 0; k < Imported.WIDTH; k++) {
        sum += Math.exp(300 * at(x, row * Imported.WIDTH + k) - highest);
      }
      double expected = 300 * at(x, row * Imported.WIDTH) - highest - Math.log(sum);
      assertThat(at(result, row * Imported.WIDTH)).isCloseTo(expected, within(1e-2));
    }
  }

  @Test
  void aTranspositionThatKeepsTheOrderTransposesNothing() {
    INDArray w = graph.tensor("w", Imported.WIDTH, Imported.WIDTH);

    INDArray result =
        graph
            .node("Transpose", "w", "same", attribute("perm", 0, 1))
            .node("MatMul", "x same", "z")
            .compute("z");

    assertEach(result, result, (v, i) -> dot(i / Imported.WIDTH, w, i % Imported.WIDTH, false));
  }

  @Test
  void indicesThatOnlyTheRunningGraphKnowsMayCountFromTheEnd() {
    INDArray table = graph.tensor("rows", 11, 3);
    INDArray result =
        graph
            .integers("size", 11)
            .node("Sub", "input_ids size", "fromEnd")
            .node("Gather", "rows fromEnd", "z")
            .compute("z");

    INDArray expected = graph.lookedUp(table);
    assertThat(result.shape()).isEqualTo(expected.shape());
    assertEach(result, expected, (v, i) -> v);
  }

  @ParameterizedTest
  @CsvSource({"0, 525, 75", "3, 10, 7", "10, 0, -3"})
  void rangesHaveTheLengthOfTheStandard(long start, long limit, long step) {
    graph.onnx.integer("start", start).integer("limit", limit).integer("step", step);

    INDArray result =
        graph
            .node("Range", "start limit step", "r")
            .node("Cast", "r", "z", attribute("to", OnnxBuilder.FLOAT))
            .compute("z");

    assertThat(result.length()).isEqualTo((limit - start + step - Long.signum(step)) / step);
    assertEach(result, result, (v, i) -> start + i * step);
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

  private static double at(INDArray array, long index) {
    return array.dup('c').data().getDouble(index % array.length());
  }

  /** Compares entry by entry, in C order. */
  private static void assertEach(INDArray actual, INDArray from, Expected expected) {
    INDArray result = actual.dup('c');
    INDArray source = from.dup('c');
    assertThat(result.length()).isEqualTo(source.length());
    for (int i = 0; i < result.length(); i++) {
      double wanted = expected.at(source.data().getDouble(i), i);
      assertThat(result.data().getDouble(i))
          .as("entry " + i)
          .isCloseTo(wanted, within(TOLERANCE * Math.max(1, Math.abs(wanted))));
    }
  }

  /** The entry that is expected at an index, given the entry of the source there. */
  @FunctionalInterface
  private interface Expected {
    double at(double value, int index);
  }

  /** Abramowitz and Stegun would be too coarse: the series, which converges fast for such x. */
  private static double erf(double x) {
    double sum = 0;
    double term = x;
    for (int n = 0; n < 60; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
