package org.owlore.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.testing.Gradients;

/**
 * Operations whose stock gradient is wrong or missing: after preparation it agrees with finite
 * differences, in the stock session and in a plan, on fresh random inputs of odd shapes.
 */
class RepairedOperationsTest {
  private final SameDiff graph = SameDiff.create();

  /** Builds something from x and y, both functions of trainable variables and a placeholder. */
  interface Build {
    SDVariable[] from(SameDiff graph, SDVariable x, SDVariable y);
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        operation(
            "where", shape(3, 5), shape(3, 5), (g, x, y) -> one(g.where(x, y, condition(g, 3, 5)))),
        operation(
            "where with a broadcast branch",
            shape(2, 3, 5),
            shape(5),
            (g, x, y) -> one(g.where(x, y, condition(g, 2, 3, 5)))),
        operation(
            "where with a scalar branch",
            shape(3, 1, 5),
            shape(1),
            (g, x, y) -> one(g.where(x, y, condition(g, 3, 1, 5)))),
        operation(
            "where with a broadcast condition",
            shape(3, 5),
            shape(3, 5),
            (g, x, y) ->
                one(
                    g.where(
                        x,
                        y,
                        g.constant(Nd4j.createFromArray(true, false, true, true, false))
                            .reshape(1, 5)))),
        operation(
            "split_v",
            shape(3, 7),
            shape(1),
            (g, x, y) -> g.splitV(x, g.constant(Nd4j.createFromArray(1, 4, 2)), 3, 1)),
        operation(
            "split_v counted from the end",
            shape(2, 3, 7),
            shape(1),
            (g, x, y) -> g.splitV(x, g.constant(Nd4j.createFromArray(1, 4, 2)), 3, -1)),
        operation(
            "tensordot with [in, out]",
            shape(2, 3, 5),
            shape(5, 4),
            (g, x, y) -> one(g.tensorMmul(x, y, new int[] {2}, 0))),
        operation(
            "tensordot with [out, in]",
            shape(2, 3, 5),
            shape(4, 5),
            (g, x, y) -> one(g.tensorMmul(x, y, new int[] {2}, 1))),
        operation(
            "softmax without an axis, as importers leave it",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(new SoftMax(g, new SDVariable[] {x}, false).outputVariable())),
        operation(
            "permute whose order is an input",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) ->
                one(g.permute(x, g.constant(Nd4j.createFromArray(1, 2, 0))).mul(number(g)))),
        operation(
            "mean whose axes are an input",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(g.mean(x, g.constant(Nd4j.createFromArray(-1)), true).mul(number(g)))),
        operation("log_softmax", shape(3, 5), shape(1), (g, x, y) -> one(g.nn.logSoftmax(x))),
        operation(
            "log_softmax along axis 0",
            shape(3, 5),
            shape(1),
            (g, x, y) -> one(g.nn.logSoftmax(x, 0))),
        operation(
            "log_softmax along axis -1",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(g.nn.logSoftmax(x, -1))),
        operation(
            "log_softmax along axis 1",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(g.nn.logSoftmax(x, 1))),
        operation(
            "logsumexp of everything",
            shape(3, 5),
            shape(1),
            (g, x, y) -> one(g.math.logSumExp(x))),
        operation(
            "logsumexp along an axis",
            shape(3, 5),
            shape(1),
            (g, x, y) -> one(g.math.logSumExp(x, 1))),
        operation(
            "logsumexp along axis -1",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(g.math.logSumExp(x, -1))),
        operation(
            "logsumexp along two axes",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(g.math.logSumExp(x, 0, 2))),
        operation(
            "mean along axis -1",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(x.mul(2).mean(true, -1))),
        operation(
            "sum along axes -1 and 0",
            shape(2, 3, 5),
            shape(1),
            (g, x, y) -> one(x.mul(2).sum(-1, 0))),
        operation("standardize", shape(4, 5), shape(1), (g, x, y) -> one(x.mul(2).std(true, -1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void gradientsAgreeWithFiniteDifferences(String name, long[] left, long[] right, Build build) {
    Random random = new Random();
    SDVariable free = graph.placeHolder("free", DataType.FLOAT, -1, left[left.length - 1]);
    SDVariable x = graph.var("x", random(random, left)).add(free.sum(0).mul(0));
    SDVariable y = graph.var("y", random(random, right));
    loss(build.from(graph, x, y), random);
    Map<String, INDArray> batch = Map.of("free", random(random, 4, left[left.length - 1]));

    GraphPreparation.prepare(graph);

    boolean readsBoth = right.length > 1 || name.contains("branch");
    List<String> names = readsBoth ? List.of("x", "y") : List.of("x");
    Map<String, INDArray> expected = Gradients.numerical(graph, "loss", batch, names);
    for (String variable : names) {
      INDArray inSession = graph.calculateGradients(batch, variable).get(variable);
      assertThat(inSession.distance2(expected.get(variable))).as("session").isLessThan(0.02);
      INDArray inPlan = planned(batch, variable);
      assertThat(inPlan.distance2(inSession)).as("plan").isLessThan(1e-4);
    }
    assertThat(GraphPreparation.prepare(graph).repaired()).isEmpty();
  }

  private INDArray planned(Map<String, INDArray> batch, String variable) {
    INDArray[] gradient = new INDArray[1];
    try (Engine engine = new Engine(graph)) {
      engine
          .executor(
              PlanRequest.builder()
                  .output("loss")
                  .trained(Set.of(variable))
                  .placeholders(Engine.types(batch))
                  .build())
          .run(
              batch,
              new StepObserver() {
                @Override
                public void gradient(String name, INDArray value) {
                  gradient[0] = value.dup();
                }
              });
    }
    return gradient[0];
  }

  /** A sum in which every result has a weight and every entry a slope of its own. */
  private void loss(SDVariable[] results, Random random) {
    SDVariable[] sums =
        IntStream.range(0, results.length)
            .mapToObj(i -> weighted(results[i], random.nextFloat() + 0.5f))
            .toArray(SDVariable[]::new);
    SDVariable total = sums[0];
    for (int i = 1; i < sums.length; i++) {
      total = total.add(sums[i]);
    }
    total.mul("loss", 1);
    graph.setLossVariables("loss");
  }

  private SDVariable weighted(SDVariable result, float weight) {
    SDVariable flat = result.reshape(-1);
    return graph.math.sin(flat.mul(weight)).sum(0);
  }

  private static INDArray random(Random random, long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  /** Whether a random number is positive; independent of x and y, so that nothing jumps. */
  private static SDVariable condition(SameDiff graph, long... shape) {
    return graph.constant(random(new Random(), shape)).gt(0);
  }

  /** A number, so that what it multiplies is read by another operation. */
  private static SDVariable number(SameDiff graph) {
    return graph.constant(1.5f);
  }

  private static SDVariable[] one(SDVariable result) {
    return new SDVariable[] {result};
  }

  private static long[] shape(long... shape) {
    return shape;
  }

  private static Arguments operation(String name, long[] left, long[] right, Build build) {
    return Arguments.of(name, left, right, build);
  }
}
