package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RowReductionTest {

  static Stream<Arguments> reductions() {
    return Stream.of(
        of("sum of a matrix", x -> x.sum(1), 5, 7),
        of("sum keeping dimensions", x -> x.sum(true, 2), 3, 4, 5),
        of("mean of rank four", x -> x.mean(3), 2, 3, 4, 5),
        of("mean keeping dimensions", x -> x.mean(true, 1), 6, 9));
  }

  private static Arguments of(String name, UnaryOperator<SDVariable> reduction, long... shape) {
    return Arguments.of(name, reduction, shape);
  }

  private static Trial run(SameDiff graph, SDVariable result) {
    return Trial.of(graph, Map.of(), List.of(), List.of(result.name()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reductions")
  void isAProductWithAVector(String name, UnaryOperator<SDVariable> reduction, long[] shape) {
    SameDiff graph = SameDiff.create();
    SDVariable result = reduction.apply(graph.var("x", Nd4j.randn(DataType.FLOAT, shape)));
    INDArray expected = graph.outputSingle(Map.of(), result.name());
    Trial trial = run(graph, result);
    INDArray actual = trial.outputs().get(result.name());
    assertThat(trial.count("matmul")).isOne();
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.equalsWithEps(expected, 1e-5)).as("%s, not %s", actual, expected).isTrue();
  }

  @Test
  void aRowOfOneElementIsItsOwnSum() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.var("x", Nd4j.randn(DataType.FLOAT, 6, 1));
    assertThat(run(graph, x.sum("sum", 1)).outputs().get("sum")).isEqualTo(x.getArr().reshape(6));
  }

  @Test
  void otherAxesAndIntegersKeepTheNativeReduction() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.var("x", Nd4j.randn(DataType.FLOAT, 3, 4));
    assertThat(run(graph, x.sum(0)).count("matmul")).isZero();
    assertThat(run(graph, x.castTo(DataType.INT32).sum(1)).count("matmul")).isZero();
  }

  @Test
  void aSingleRowKeepsTheNativeReduction() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.var("x", Nd4j.randn(DataType.FLOAT, 1, 9));
    assertThat(run(graph, x.sum(1)).count("matmul")).isZero();
  }
}
