package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.finetune.Batch;
import org.owlore.graph.LanguageModel;
import org.owlore.testing.Bits;
import org.owlore.testing.TinyLlama;

/** What an executor promises beyond right numbers. */
class PlanExecutorContractTest {
  private final Workspace workspace = new Workspace();
  private final SameDiff graph = SameDiff.create();
  private final SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3);
  private final INDArray input = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});

  @AfterEach
  void closeWorkspace() {
    workspace.close();
  }

  private PlanExecutor executor(SameDiff graph, Map<String, INDArray> batch, String... outputs) {
    PlanRequest request =
        PlanRequest.builder().outputs(List.of(outputs)).placeholders(Engine.types(batch)).build();
    return new PlanExecutor(new PlanCompiler(graph).compile(request), graph, workspace);
  }

  private INDArray run(PlanExecutor executor, INDArray x, String output) {
    executor.run(Map.of("x", x), StepObserver.NONE);
    return executor.output(output).dup();
  }

  @Test
  void aMissingPlaceholderIsNamed() {
    x.mul("y", 2);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      assertThatThrownBy(() -> executor.run(Map.of(), StepObserver.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Placeholder \"x\" must have shape [2, 3] but has no array.");
    }
  }

  @Test
  void aPlaceholderOfAnotherShapeIsNamedWithBothShapes() {
    x.mul("y", 2);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      assertThatThrownBy(() -> run(executor, Nd4j.ones(DataType.FLOAT, 3, 2), "y"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Placeholder \"x\" must have shape [2, 3] but has [3, 2].");
    }
  }

  @Test
  void aPlaceholderThatNothingReadsMayBeAbsent() {
    graph.placeHolder("unread", DataType.FLOAT, -1);
    x.mul("y", 2);
    Map<String, INDArray> batch = Map.of("x", input, "unread", Nd4j.ones(DataType.FLOAT, 4));
    try (PlanExecutor executor = executor(graph, batch, "y")) {
      assertThat(run(executor, input, "y")).isEqualTo(input.mul(2));
    }
  }

  @Test
  void aPlaceholderInAnotherOrderIsReadRightly() {
    x.mul("y", 2);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      assertThat(run(executor, input.dup('f'), "y")).isEqualTo(input.mul(2));
    }
  }

  @Test
  void anOutputThatWasNotAskedForIsRefused() {
    x.mul("y", 2);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      executor.run(Map.of("x", input), StepObserver.NONE);
      assertThatThrownBy(() -> executor.output("x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The plan has no output \"x\".");
    }
  }

  @Test
  void aWeightChangedInPlaceIsSeen() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 3));
    x.mul("y", weight);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      run(executor, input, "y");
      weight.getArr().assign(5);
      assertThat(run(executor, input, "y")).isEqualTo(input.mul(5));
    }
  }

  @Test
  void aWeightReplacedByAnotherArrayIsSeen() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 3));
    x.mul("y", weight);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      run(executor, input, "y");
      weight.setArray(Nd4j.valueArrayOf(new long[] {3}, 7f, DataType.FLOAT));
      assertThat(run(executor, input, "y")).isEqualTo(input.mul(7));
    }
  }

  @Test
  void aReshapedWeightInColumnOrderIsSeenWhenItChanges() {
    INDArray columns = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}).dup('f');
    SDVariable weight = graph.var("weight", columns);
    graph.mmul("y", x, weight.reshape(2, 3), false, true, false);
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      for (int run = 0; run < 3; run++) {
        INDArray expected = graph.outputSingle(Map.of("x", input), "y");
        assertThat(run(executor, input, "y")).isEqualTo(expected);
        weight.getArr().addi(1);
      }
    }
  }

  @Test
  void aWeightThatIsPartOfALargerArrayIsReadRightly() {
    INDArray all = Nd4j.randn(DataType.FLOAT, 6, 8);
    INDArray part = all.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 6));
    SDVariable weight = graph.var("weight", part);
    x.mmul(weight).add("y", weight.reshape(-1).sum(true, 0));
    try (PlanExecutor executor = executor(graph, Map.of("x", input), "y")) {
      INDArray expected = graph.outputSingle(Map.of("x", input), "y");
      assertThat(run(executor, input, "y").equalsWithEps(expected, 1e-5)).isTrue();
    }
  }

  @Test
  void repeatedRunsGiveTheSameBits() {
    LanguageModel model = TinyLlama.untied(3);
    List<String> trained = TinyLlama.variables(model.layers(), 0, 1, 2);
    try (Batch batch = TinyLlama.batch(3, 7, 0);
        Engine engine = new Engine(model.graph())) {
      PlanExecutor executor =
          engine.executor(
              PlanRequest.builder()
                  .output(model.loss())
                  .trained(trained)
                  .placeholders(Engine.types(batch.placeholders()))
                  .build());
      List<Map<String, INDArray>> runs = new ArrayList<>();
      for (int run = 0; run < 4; run++) {
        Map<String, INDArray> gradients = new HashMap<>();
        executor.run(
            batch.placeholders(),
            new StepObserver() {
              @Override
              public void gradient(String variable, INDArray gradient) {
                gradients.put(variable, gradient.dup());
                gradient.assign(Float.NaN);
              }
            });
        gradients.put(model.loss(), executor.output(model.loss()).dup());
        runs.add(gradients);
      }
      runs.get(0)
          .forEach(
              (name, first) ->
                  runs.forEach(
                      other ->
                          assertThat(Bits.of(other.get(name))).as(name).isEqualTo(Bits.of(first))));
    }
  }

  @Test
  void executorsShareAWorkspaceThatGrows() {
    SDVariable weight = graph.var("weight", Nd4j.ones(DataType.FLOAT, 3, 3));
    x.mmul(weight).add("y", 1);
    INDArray large = Nd4j.ones(DataType.FLOAT, 500, 3);
    try (PlanExecutor small = executor(graph, Map.of("x", input), "y");
        PlanExecutor big = executor(graph, Map.of("x", large), "y")) {
      INDArray expected = run(small, input, "y");
      long bytes = workspace.bytes();
      assertThat(run(big, large, "y").getDouble(499, 2)).isEqualTo(4.0);
      assertThat(workspace.bytes()).isGreaterThan(bytes);
      assertThat(run(small, input, "y")).isEqualTo(expected);
      assertThat(run(big, large, "y").getDouble(499, 2)).isEqualTo(4.0);
    }
  }

  @Test
  void anExceptionOfTheObserverLeavesTheExecutorUsable() {
    LanguageModel model = TinyLlama.untied(5);
    try (Batch batch = TinyLlama.batch(2, 4, 0);
        Engine engine = new Engine(model.graph())) {
      PlanExecutor executor =
          engine.executor(
              PlanRequest.builder()
                  .output(model.loss())
                  .trained(model.layers().head())
                  .placeholders(Engine.types(batch.placeholders()))
                  .build());
      StepObserver failing =
          new StepObserver() {
            @Override
            public void gradient(String variable, INDArray gradient) {
              throw new IllegalStateException("no");
            }
          };
      assertThatThrownBy(() -> executor.run(batch.placeholders(), failing)).hasMessage("no");
      executor.run(batch.placeholders(), StepObserver.NONE);
      assertThat(executor.output(model.loss()).getDouble(0)).isPositive();
    }
  }
}
