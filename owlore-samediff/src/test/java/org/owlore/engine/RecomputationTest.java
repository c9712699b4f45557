package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.finetune.Batch;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.testing.Bits;
import org.owlore.testing.TinyLlama;

/** Activation checkpointing of a small Llama. */
class RecomputationTest {
  private final LanguageModel model = TinyLlama.untied(1);

  private static List<String> blockInputs(LanguageModel model) {
    List<String> names = new ArrayList<>();
    model.layers().layers().forEach(layer -> names.add(layer.input()));
    names.add(model.layers().layers().get(model.layers().size() - 1).output());
    return names;
  }

  private static PlanRequest request(
      LanguageModel model, Batch batch, List<String> trained, List<String> checkpoints) {
    return PlanRequest.builder()
        .output(model.loss())
        .trained(trained)
        .checkpoints(checkpoints)
        .placeholders(Engine.types(batch.placeholders()))
        .build();
  }

  private static List<String> everything(LanguageModel model) {
    List<String> all = new ArrayList<>(TinyLlama.ends(model.layers()));
    model.layers().layers().stream().map(Layer::variables).forEach(all::addAll);
    return all;
  }

  private TrainingPlan plan(List<String> trained, List<String> checkpoints, int length) {
    try (Batch batch = TinyLlama.batch(2, length, 0)) {
      return new PlanCompiler(model.graph()).compile(request(model, batch, trained, checkpoints));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void changesNoBitOfLossAndGradients(boolean tied) {
    LanguageModel any = tied ? TinyLlama.tied(2) : model;
    try (Batch batch = TinyLlama.padded(7, new int[] {1, 2, 3, 4}, new int[] {5, 6, 7, 8, 9, 10})) {
      Map<String, INDArray> inputs = batch.placeholders();
      List<String> all = everything(any);
      Trial kept = Trial.of(any.graph(), inputs, request(any, batch, all, List.of()));
      Trial recomputed = Trial.of(any.graph(), inputs, request(any, batch, all, blockInputs(any)));
      assertThat(recomputed.loss(any.graph())).isEqualTo(kept.loss(any.graph()));
      all.forEach(
          name ->
              assertThat(Bits.of(recomputed.gradient(name)))
                  .as(name)
                  .isEqualTo(Bits.of(kept.gradient(name))));
    }
  }

  @Test
  void keepsLittleMoreThanTheCheckpoints() {
    List<String> all = everything(model);
    long kept = plan(all, List.of(), 24).memory().mostActivations();
    long recomputed = plan(all, blockInputs(model), 24).memory().mostActivations();
    assertThat(recomputed).isLessThan(kept / 2);
  }

  @Test
  void doesNothingForAForwardPass() {
    assertThat(plan(List.of(), blockInputs(model), 5).steps())
        .isEqualTo(plan(List.of(), List.of(), 5).steps());
  }

  @Test
  void recomputesNothingThatTheBackwardPassDoesNotReach() {
    TrainingPlan plan = plan(model.layers().head(), blockInputs(model), 5);
    assertThat(plan.steps()).isEqualTo(plan(model.layers().head(), List.of(), 5).steps());
  }

  @Test
  void recomputesABlockRightBeforeItsOwnBackwardPass() {
    TrainingPlan plan = plan(everything(model), blockInputs(model), 5);
    Set<String> last = Set.copyOf(TinyLlama.variables(model.layers(), 2));
    int updated = -1;
    int recomputedBelow = -1;
    for (int i = 0; i < plan.steps().size(); i++) {
      Step step = plan.steps().get(i);
      if (step instanceof Step.Update update && last.contains(update.variable())) {
        updated = updated < 0 ? i : updated;
      } else if (step instanceof Step.Compute compute
          && compute.outputs().get(0).endsWith("#again")
          && compute.inputs().stream()
              .anyMatch(TinyLlama.variables(model.layers(), 0, 1)::contains)) {
        recomputedBelow = recomputedBelow < 0 ? i : recomputedBelow;
      }
    }
    assertThat(updated).isPositive().isLessThan(recomputedBelow);
  }
}
