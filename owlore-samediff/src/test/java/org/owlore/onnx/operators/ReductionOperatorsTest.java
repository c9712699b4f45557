package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.testing.OnnxBuilder.attribute;
import static org.owlore.testing.OnnxBuilder.real;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ReductionOperatorsTest extends OperatorFixture {

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
}
