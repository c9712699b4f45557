package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.testing.TinyLlama;

/** What the plan of a small Llama consists of. */
class PlanCompilerTest {
  private static final int LINEARS_PER_BLOCK = 7;

  /** Products of a forward pass: each block's matrices, scores and context; and the head. */
  private static final int FORWARD = TinyLlama.LAYERS * (LINEARS_PER_BLOCK + 2) + 1;

  private final LanguageModel model = TinyLlama.untied(1);
  private final LayerMap layers = model.layers();

  private static TrainingPlan plan(LanguageModel model, Collection<String> trained) {
    try (Batch batch = TinyLlama.batch(2, 5, 0)) {
      return new PlanCompiler(model.graph())
          .compile(
              PlanRequest.builder()
                  .output(model.loss())
                  .trained(trained)
                  .placeholders(Engine.types(batch.placeholders()))
                  .build());
    }
  }

  /** Sums, which are products with a constant vector, do not count. */
  private static long products(TrainingPlan plan) {
    return plan.steps().stream()
        .filter(step -> step instanceof Step.Compute compute && compute.operation().is("matmul"))
        .filter(
            step ->
                step.inputs().stream()
                    .map(input -> plan.values().get(input).source())
                    .noneMatch(Value.Source.CONSTANT::equals))
        .count();
  }

  @Test
  void aForwardPassHasNoBackwardStep() {
    TrainingPlan plan = plan(model, List.of());
    assertThat(products(plan)).isEqualTo(FORWARD);
    assertThat(plan.steps()).noneMatch(Step.Update.class::isInstance);
    assertThat(names(plan)).noneMatch(name -> name.endsWith("_bp"));
  }

  @Test
  void trainingTheHeadAloneCostsOneProduct() {
    assertThat(products(plan(model, layers.head()))).isEqualTo(FORWARD + 1);
  }

  @Test
  void noBackwardPassRunsBelowTheLowestTrainedLayer() {
    TrainingPlan plan = plan(model, TinyLlama.variables(layers, 2));
    Set<String> below = Set.copyOf(TinyLlama.variables(layers, 0, 1));
    for (int i = maker(plan, model.loss()); i < plan.steps().size(); i++) {
      for (String input : plan.steps().get(i).inputs()) {
        assertThat(below).as("step %d", i).doesNotContain(root(plan, input));
      }
    }
  }

  @Test
  void frozenLayersAboveTheLowestTrainedOneCostTheWayThroughOnly() {
    long lowest = products(plan(model, TinyLlama.variables(layers, 0)));
    long lowestAndTop = products(plan(model, TinyLlama.variables(layers, 0, 2)));
    long all = products(plan(model, TinyLlama.variables(layers, 0, 1, 2)));
    assertThat(lowestAndTop - lowest).isEqualTo(LINEARS_PER_BLOCK);
    assertThat(all - lowestAndTop).isEqualTo(LINEARS_PER_BLOCK);
  }

  @Test
  void aPlanOfFewLayersNeedsLessMemory() {
    long top = plan(model, TinyLlama.variables(layers, 2)).workspaceBytes();
    long all = plan(model, TinyLlama.variables(layers, 0, 1, 2)).workspaceBytes();
    long none = plan(model, List.of()).workspaceBytes();
    assertThat(top).isLessThan(all);
    assertThat(none).isLessThan(top);
  }

  @Test
  void eachTrainedWeightIsUpdatedOnce() {
    List<String> trained = new ArrayList<>(TinyLlama.variables(layers, 0, 2));
    trained.addAll(TinyLlama.ends(layers));
    assertThat(updates(plan(model, trained)).keySet()).containsExactlyInAnyOrderElementsOf(trained);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noStepReadsAWeightOrItsGradientAfterTheUpdate(boolean tied) {
    LanguageModel any = tied ? TinyLlama.tied(2) : model;
    List<String> trained =
        Stream.concat(
                TinyLlama.variables(any.layers(), 0, 1, 2).stream(),
                TinyLlama.ends(any.layers()).stream())
            .toList();
    TrainingPlan plan = plan(any, trained);
    Map<String, Integer> updates = updates(plan);
    assertThat(updates).hasSize(trained.size());
    updates.forEach(
        (weight, at) -> {
          String gradient = ((Step.Update) plan.steps().get(at)).gradient();
          Set<String> dead = Set.of(weight, plan.values().get(gradient).root());
          for (int later = at + 1; later < plan.steps().size(); later++) {
            for (String input : plan.steps().get(later).inputs()) {
              assertThat(dead).as("step %d", later).doesNotContain(root(plan, input));
            }
          }
        });
  }

  @Test
  void aWeightIsUpdatedAsSoonAsItsGradientExists() {
    TrainingPlan plan = plan(model, TinyLlama.variables(layers, 0, 2));
    Map<String, Integer> updates = updates(plan);
    int lastOfTop =
        TinyLlama.variables(layers, 2).stream().mapToInt(updates::get).max().orElseThrow();
    int firstOfBottom =
        TinyLlama.variables(layers, 0).stream().mapToInt(updates::get).min().orElseThrow();
    assertThat(lastOfTop).isLessThan(firstOfBottom);
  }

  @Test
  void theLossIsSeenBeforeAnyWeightChanges() {
    try (Batch batch = TinyLlama.batch(2, 5, 0)) {
      TrainingPlan plan =
          new PlanCompiler(model.graph())
              .compile(
                  PlanRequest.builder()
                      .output(model.loss())
                      .visit(model.loss())
                      .trained(layers.head())
                      .placeholders(Engine.types(batch.placeholders()))
                      .build());
      int seen = plan.steps().indexOf(new Step.Visit(model.loss()));
      assertThat(seen).isNotNegative().isLessThan(updates(plan).values().iterator().next());
    }
  }

  @Test
  void aVariableThatTheLossDoesNotDependOnCannotBeTrained() {
    SameDiff graph = SameDiff.create();
    SDVariable used = graph.var("used", Nd4j.ones(DataType.FLOAT, 3));
    graph.var("unused", Nd4j.ones(DataType.FLOAT, 3));
    used.mul(used).sum("loss", 0);
    graph.setLossVariables("loss");
    assertThatThrownBy(() -> Trial.of(graph, Map.of(), List.of("unused")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Variable \"unused\" cannot be trained: the loss does not depend on it.");
  }

  @Test
  void aVariableThatDoesNotExistCannotBeTrained() {
    assertThatThrownBy(() -> plan(model, List.of("nothing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The graph has no variable \"nothing\".");
  }

  @Test
  void aPlaceholderAndAWeightCanBeVisited() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
    x.mmul("y", graph.var("weight", Nd4j.ones(DataType.FLOAT, 2, 3)));
    Map<String, INDArray> batch = Map.of("x", Nd4j.createFromArray(new float[][] {{1, 2}}));
    Map<String, INDArray> seen = new HashMap<>();
    try (Engine engine = new Engine(graph)) {
      PlanRequest request =
          PlanRequest.builder()
              .visited(List.of("x", "weight", "y"))
              .placeholders(Engine.types(batch))
              .build();
      engine
          .executor(request)
          .run(
              batch,
              new StepObserver() {
                @Override
                public void visit(String name, INDArray value) {
                  seen.put(name, value.dup());
                }
              });
    }
    assertThat(seen.get("x")).isEqualTo(batch.get("x"));
    assertThat(seen.get("weight")).isEqualTo(graph.getArrForVarName("weight"));
    assertThat(seen.get("y")).isEqualTo(Nd4j.createFromArray(new float[][] {{3, 3, 3}}));
  }

  private static String root(TrainingPlan plan, String array) {
    return plan.values().get(array).root();
  }

  private static int maker(TrainingPlan plan, String array) {
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof Step.Compute compute
          && compute.outputs().contains(array)) {
        return i;
      }
    }
    throw new AssertionError("nothing makes " + array);
  }

  private static List<String> names(TrainingPlan plan) {
    return plan.steps().stream()
        .filter(Step.Compute.class::isInstance)
        .map(step -> ((Step.Compute) step).operation().name())
        .toList();
  }

  private static Map<String, Integer> updates(TrainingPlan plan) {
    Map<String, Integer> updates = new HashMap<>();
    for (int i = 0; i < plan.steps().size(); i++) {
      if (plan.steps().get(i) instanceof Step.Update update) {
        assertThat(updates.put(update.variable(), i)).isNull();
      }
    }
    return updates;
  }
}
