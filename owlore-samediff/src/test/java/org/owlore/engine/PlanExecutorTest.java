package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.internals.GradientFunction;
import org.owlore.testing.Gradients;

class PlanExecutorTest {
  private static final List<String> WEIGHTS = List.of("embedding", "gain", "first", "second");
  private final Map<String, INDArray> batch =
      Map.of(
          "ids", Nd4j.createFromArray(new int[][] {{1, 2, 1}, {0, 1, 4}}),
          "labels", Nd4j.createFromArray(0, 3, 2, 2, 1, 0));
  private SameDiff graph;

  @BeforeEach
  void makeGraph() {
    graph = SameDiff.create();
    SDVariable ids = graph.placeHolder("ids", DataType.INT32, -1, -1);
    SDVariable labels = graph.placeHolder("labels", DataType.INT32, -1);
    SDVariable embedding = weight("embedding", 5, 6);
    SDVariable tokens = ids.reshape(-1);
    SDVariable x = graph.gather(embedding, tokens, 0);
    SDVariable norm = graph.math.sqrt(graph.math.square(x).mean(true, 1).add(1e-5));
    SDVariable scaled = x.div(norm).mul(weight("gain", 6));
    SDVariable hidden = graph.nn.swish(scaled.mmul(weight("first", 6, 8)));
    SDVariable mixed = graph.mmul(hidden, weight("second", 6, 8), false, true, false).add(x);
    SDVariable logits = graph.mmul("logits", mixed, embedding, false, true, false);
    SDVariable losses = graph.loss.sparseSoftmaxCrossEntropy(logits, labels);
    losses.mean("loss");
    graph.setLossVariables("loss");
  }

  private SDVariable weight(String name, long... shape) {
    return graph.var(name, Nd4j.randn(DataType.FLOAT, shape).muli(0.4));
  }

  private Map<String, INDArray> gradients(Set<String> trained) {
    Map<String, INDArray> gradients = new HashMap<>();
    try (Engine engine = new Engine(graph)) {
      PlanRequest request =
          PlanRequest.builder()
              .output("loss")
              .trained(trained)
              .placeholders(Engine.types(batch))
              .build();
      engine
          .executor(request)
          .run(
              batch,
              new StepObserver() {
                @Override
                public void gradient(String variable, INDArray gradient) {
                  gradients.put(variable, gradient.dup());
                }
              });
    }
    return gradients;
  }

  @Test
  void gradientsEqualFiniteDifferences() {
    Map<String, INDArray> expected = Gradients.numerical(graph, "loss", batch, WEIGHTS);

    Map<String, INDArray> actual = gradients(Set.copyOf(WEIGHTS));

    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(WEIGHTS);
    for (String name : WEIGHTS) {
      assertThat(actual.get(name).distance2(expected.get(name)))
          .as(name)
          .isLessThan(2e-3 * (1 + expected.get(name).norm2Number().doubleValue()));
    }
  }

  @Test
  void gradientsEqualTheStockSession() {
    GradientFunction.of(graph);
    Map<String, INDArray> expected = graph.calculateGradients(batch, WEIGHTS);

    Map<String, INDArray> actual = gradients(Set.copyOf(WEIGHTS));

    WEIGHTS.forEach(
        name ->
            assertThat(actual.get(name).equalsWithEps(expected.get(name), 1e-6)).as(name).isTrue());
  }

  @Test
  void trainingASubsetGivesTheSameGradientsAsTrainingAll() {
    Map<String, INDArray> all = gradients(Set.copyOf(WEIGHTS));

    Map<String, INDArray> one = gradients(Set.of("second"));

    assertThat(one).containsOnlyKeys("second");
    assertThat(one.get("second")).isEqualTo(all.get("second"));
  }

  @Test
  void lossEqualsTheStockSession() {
    double expected = graph.outputSingle(batch, "loss").getDouble(0);
    try (Engine engine = new Engine(graph)) {
      PlanRequest request =
          PlanRequest.builder().output("loss").placeholders(Engine.types(batch)).build();
      PlanExecutor executor = engine.executor(request);

      executor.run(batch, StepObserver.NONE);

      assertThat(executor.output("loss").getDouble(0)).isCloseTo(expected, within(1e-6));
    }
  }
}
