package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** The gradients of products against plain loops. */
class MatmulGradientTest {
  private static final List<long[]> BATCHES =
      List.of(new long[] {}, new long[] {3}, new long[] {2, 3});

  private final SameDiff graph = SameDiff.create();

  static Stream<Arguments> products() {
    List<Arguments> products = new ArrayList<>();
    for (long[] batch : BATCHES) {
      for (boolean transposeX : new boolean[] {false, true}) {
        for (boolean transposeY : new boolean[] {false, true}) {
          for (List<String> trained : List.of(List.of("x"), List.of("y"), List.of("x", "y"))) {
            products.add(Arguments.of(batch, transposeX, transposeY, trained));
          }
        }
      }
    }
    return products.stream();
  }

  /**
   * loss = sum(upstream * op(x) op(y)), with op(x) [4, 5] and op(y) [5, 6] for each batch entry.
   */
  @ParameterizedTest(name = "batch {0}, transposed {1} {2}, trained {3}")
  @MethodSource("products")
  void gradientsAreThoseOfPlainLoops(
      long[] batch, boolean transposeX, boolean transposeY, List<String> trained) {
    SDVariable x = weight("x", batch, transposeX ? 5 : 4, transposeX ? 4 : 5);
    SDVariable y = weight("y", batch, transposeY ? 6 : 5, transposeY ? 5 : 6);
    INDArray upstream = Nd4j.randn(DataType.FLOAT, shape(batch, 4, 6));
    multiply(x, y, transposeX, transposeY, upstream);

    Trial trial = Trial.of(graph, Map.of(), trained);

    assertThat(trial.gradients()).containsOnlyKeys(trained);
    if (trained.contains("x")) {
      assertClose(
          trial.gradient("x"), naiveX(x.getArr(), y.getArr(), transposeX, transposeY, upstream));
    }
    if (trained.contains("y")) {
      assertClose(
          trial.gradient("y"), naiveY(x.getArr(), y.getArr(), transposeX, transposeY, upstream));
    }
    assertThat(trial.count("matmul_bp")).isZero();
    assertThat(trial.count("matmul")).isEqualTo(1 + trained.size());
  }

  @Test
  void oneRowTimesOneColumn() {
    SDVariable x = weight("x", new long[] {}, 1, 5);
    SDVariable y = weight("y", new long[] {}, 5, 1);
    INDArray upstream = Nd4j.createFromArray(new float[][] {{3}});
    multiply(x, y, false, false, upstream);

    Trial trial = Trial.of(graph, Map.of(), List.of("x", "y"));

    assertClose(trial.gradient("x"), y.getArr().mul(3).reshape(1, 5));
    assertClose(trial.gradient("y"), x.getArr().mul(3).reshape(5, 1));
  }

  @Test
  void aWeightTimesItselfAddsBothGradients() {
    SDVariable x = weight("x", new long[] {}, 4, 4);
    INDArray upstream = Nd4j.randn(DataType.FLOAT, 4, 4);
    multiply(x, x, false, true, upstream);

    Trial trial = Trial.of(graph, Map.of(), List.of("x"));

    INDArray symmetric = upstream.add(upstream.transpose());
    assertClose(trial.gradient("x"), symmetric.mmul(x.getArr()));
  }

  @Test
  void aTransposedResultIsLeftToTheNativeGradient() {
    SDVariable x = weight("x", new long[] {}, 4, 5);
    SDVariable y = weight("y", new long[] {}, 5, 6);
    graph.mmul(x, y, false, false, true).mul(graph.constant(Nd4j.randn(6, 4))).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    Map<String, INDArray> expected = graph.calculateGradients(Map.of(), "x", "y");

    Trial trial = Trial.of(graph, Map.of(), List.of("x", "y"));

    assertThat(trial.count("matmul_bp")).isOne();
    expected.forEach((name, gradient) -> assertClose(trial.gradient(name), gradient));
  }

  private SDVariable weight(String name, long[] batch, long rows, long columns) {
    return graph.var(name, Nd4j.randn(DataType.FLOAT, shape(batch, rows, columns)));
  }

  private static long[] shape(long[] batch, long rows, long columns) {
    long[] shape = java.util.Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    return shape;
  }

  private void multiply(
      SDVariable x, SDVariable y, boolean transposeX, boolean transposeY, INDArray upstream) {
    SDVariable product = graph.mmul(x, y, transposeX, transposeY, false);
    product.mul(graph.constant(upstream)).sum("loss");
    graph.setLossVariables("loss");
  }

  private static INDArray naiveX(
      INDArray x, INDArray y, boolean transposeX, boolean transposeY, INDArray upstream) {
    INDArray gradient = x.ulike().assign(0);
    forEachTerm(
        upstream,
        (b, i, j, k) -> {
          long[] at = at(b, transposeX, i, k);
          double term = entry(upstream, b, false, i, j) * entry(y, b, transposeY, k, j);
          add(gradient, at, term);
        });
    return gradient;
  }

  private static INDArray naiveY(
      INDArray x, INDArray y, boolean transposeX, boolean transposeY, INDArray upstream) {
    INDArray gradient = y.ulike().assign(0);
    forEachTerm(
        upstream,
        (b, i, j, k) -> {
          long[] at = at(b, transposeY, k, j);
          double term = entry(upstream, b, false, i, j) * entry(x, b, transposeX, i, k);
          add(gradient, at, term);
        });
    return gradient;
  }

  private interface Term {
    void add(long batch, long i, long j, long k);
  }

  private static void forEachTerm(INDArray upstream, Term term) {
    for (long b = 0; b < upstream.length() / 24; b++) {
      for (long i = 0; i < 4; i++) {
        for (long j = 0; j < 6; j++) {
          for (long k = 0; k < 5; k++) {
            term.add(b, i, j, k);
          }
        }
      }
    }
  }

  private static long[] at(long batch, boolean transposed, long row, long column) {
    return transposed ? new long[] {batch, column, row} : new long[] {batch, row, column};
  }

  /** Views any batch dimensions as one. */
  private static INDArray stacked(INDArray array) {
    return array.reshape('c', -1, array.size(-2), array.size(-1));
  }

  private static double entry(
      INDArray array, long batch, boolean transposed, long row, long column) {
    return stacked(array).getDouble(at(batch, transposed, row, column));
  }

  private static void add(INDArray array, long[] at, double term) {
    INDArray view = stacked(array);
    view.putScalar(at, view.getDouble(at) + term);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.distance2(expected)).isCloseTo(0, within(1e-4));
  }
}
