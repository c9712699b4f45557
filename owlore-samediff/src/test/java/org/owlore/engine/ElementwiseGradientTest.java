package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
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

/** The gradients of add, subtract, multiply and divide against plain loops, broadcast or not. */
class ElementwiseGradientTest {
  /** Both operands' shapes; the first of a pair is the result's where only one is broadcast. */
  private static final List<long[][]> SHAPES =
      List.of(
          shapes(new long[] {3, 4}, new long[] {3, 4}),
          shapes(new long[] {3, 4}, new long[] {}),
          shapes(new long[] {3, 4}, new long[] {1}),
          shapes(new long[] {3, 4}, new long[] {1, 1}),
          shapes(new long[] {3, 4}, new long[] {4}),
          shapes(new long[] {3, 4}, new long[] {1, 4}),
          shapes(new long[] {3, 4}, new long[] {3, 1}),
          shapes(new long[] {3, 1}, new long[] {1, 4}),
          shapes(new long[] {3, 1}, new long[] {4}),
          shapes(new long[] {5}, new long[] {5}),
          shapes(new long[] {}, new long[] {}),
          shapes(new long[] {1, 4}, new long[] {4}),
          shapes(new long[] {1, 4}, new long[] {1, 4}),
          shapes(new long[] {2, 3, 4}, new long[] {3, 4}),
          shapes(new long[] {2, 3, 4}, new long[] {4}),
          shapes(new long[] {2, 3, 4}, new long[] {1, 3, 1}),
          shapes(new long[] {2, 3, 4}, new long[] {3, 1}),
          shapes(new long[] {2, 3, 4}, new long[] {2, 1, 4}),
          shapes(new long[] {2, 1, 4}, new long[] {1, 3, 1}),
          shapes(new long[] {2, 2, 3, 4}, new long[] {2, 1, 1, 4}),
          shapes(new long[] {2, 2, 3, 4}, new long[] {1, 1, 3, 4}),
          shapes(new long[] {3, 3, 3}, new long[] {3, 1, 3}));

  private static long[][] shapes(long[] x, long[] y) {
    return new long[][] {x, y};
  }

  private record Case(
      String name, BinaryOperator<SDVariable> operation, Slope slopeX, Slope slopeY) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Derivative of the result in one operand, where the operands have these values. */
  private interface Slope {
    double at(double x, double y);
  }

  private static final List<Case> CASES =
      List.of(
          new Case("add", (x, y) -> x.add(y), (x, y) -> 1, (x, y) -> 1),
          new Case("subtract", (x, y) -> x.sub(y), (x, y) -> 1, (x, y) -> -1),
          new Case(
              "squaredsubtract",
              (x, y) -> x.getSameDiff().math.squaredDifference(x, y),
              (x, y) -> 2 * (x - y),
              (x, y) -> 2 * (y - x)),
          new Case("multiply", (x, y) -> x.mul(y), (x, y) -> y, (x, y) -> x),
          new Case("divide", (x, y) -> x.div(y), (x, y) -> 1 / y, (x, y) -> -x / (y * y)));

  static Stream<Arguments> broadcasts() {
    List<Arguments> broadcasts = new ArrayList<>();
    for (Case operation : CASES) {
      for (long[][] pair : SHAPES) {
        broadcasts.add(Arguments.of(operation, pair[0], pair[1]));
        broadcasts.add(Arguments.of(operation, pair[1], pair[0]));
      }
    }
    return broadcasts.stream();
  }

  private final SameDiff graph = SameDiff.create();

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("broadcasts")
  void gradientsAreThoseOfPlainLoops(Case operation, long[] shapeX, long[] shapeY) {
    SDVariable x = weight("x", shapeX);
    SDVariable y = weight("y", shapeY);
    long[] result = broadcast(shapeX, shapeY);
    INDArray upstream = Nd4j.randn(DataType.FLOAT, result);
    operation.operation().apply(x, y).mul(graph.constant(upstream)).sum("loss");
    graph.setLossVariables("loss");
    INDArray expectedX = Nd4j.zeros(DataType.DOUBLE, shapeX);
    INDArray expectedY = Nd4j.zeros(DataType.DOUBLE, shapeY);
    for (long i = 0; i < upstream.length(); i++) {
      long atX = position(i, result, shapeX);
      long atY = position(i, result, shapeY);
      double valueX = x.getArr().getDouble(atX);
      double valueY = y.getArr().getDouble(atY);
      double above = upstream.getDouble(i);
      add(expectedX, atX, above * operation.slopeX().at(valueX, valueY));
      add(expectedY, atY, above * operation.slopeY().at(valueX, valueY));
    }

    for (List<String> trained : List.of(List.of("x", "y"), List.of("x"), List.of("y"))) {
      Trial trial = Trial.of(graph, Map.of(), trained);
      assertThat(trial.gradients()).containsOnlyKeys(trained);
      trial.gradients().forEach((n, g) -> assertClose(g, n.equals("x") ? expectedX : expectedY));
    }
  }

  @Test
  void noNativeBroadcastGradientIsLeft() {
    SDVariable x = weight("x", 2, 3, 4);
    SDVariable y = weight("y", 3, 1);
    x.mul(y).add(y).sub(y).div(y).sum("loss");
    graph.setLossVariables("loss");

    Trial trial = Trial.of(graph, Map.of(), List.of("x", "y"));

    for (String native_ : List.of("multiply_bp", "add_bp", "subtract_bp", "divide_bp")) {
      assertThat(trial.count(native_)).as(native_).isZero();
    }
  }

  @Test
  void anOperandTimesItselfAddsBothGradients() {
    SDVariable x = weight("x", 3, 4);
    x.mul(x).sum("loss");
    graph.setLossVariables("loss");
    assertClose(Trial.of(graph, Map.of(), List.of("x")).gradient("x"), x.getArr().mul(2));
  }

  @Test
  void doublePrecisionStaysDoublePrecision() {
    SDVariable x = graph.var("x", Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}}));
    SDVariable y = graph.var("y", Nd4j.createFromArray(new double[] {1e-9, 2}));
    x.mul(y).sum("loss");
    graph.setLossVariables("loss");

    INDArray gradient = Trial.of(graph, Map.of(), List.of("x", "y")).gradient("x");

    assertThat(gradient.dataType()).isEqualTo(DataType.DOUBLE);
    assertThat(gradient.getDouble(1, 0)).isEqualTo(1e-9);
  }

  /** Away from 0, where a division would be steep. */
  private SDVariable weight(String name, long... shape) {
    INDArray values = Nd4j.rand(DataType.FLOAT, shape).addi(0.5);
    return graph.var(name, values);
  }

  private static long[] broadcast(long[] x, long[] y) {
    long[] shape = new long[Math.max(x.length, y.length)];
    Arrays.setAll(
        shape, axis -> Math.max(extent(x, axis, shape.length), extent(y, axis, shape.length)));
    return shape;
  }

  private static long extent(long[] shape, int axis, int rank) {
    int own = axis - rank + shape.length;
    return own < 0 ? 1 : shape[own];
  }

  /** Which entry of an operand goes into an entry of the result, both counted in 'c' order. */
  private static long position(long index, long[] result, long[] operand) {
    long position = 0;
    long left = index;
    long stride = 1;
    for (int axis = result.length - 1; axis >= 0; axis--) {
      long coordinate = left % result[axis];
      left /= result[axis];
      long extent = extent(operand, axis, result.length);
      position += extent == 1 ? 0 : coordinate * stride;
      stride *= extent;
    }
    return position;
  }

  private static void add(INDArray array, long at, double term) {
    array.putScalar(at, array.getDouble(at) + term);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.castTo(DataType.DOUBLE).distance2(expected.castTo(DataType.DOUBLE)))
        .isLessThan(1e-4);
  }
}
