package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.report.PlanParts.EMBEDDING;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.engine.Step;
import org.owlore.engine.TrainingPlan;
import org.owlore.examples.report.PlanParts.Direction;
import org.owlore.examples.report.PlanParts.Place;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;

/** Where the steps of a plan belong; the middle one of three blocks trains, and the ends do. */
class PlanPartsTest {
  private static final int HEAD = 3;

  private LanguageModel model;
  private TrainingPlan plan;
  private PlanParts parts;

  private void compile(boolean tied) {
    model = TinyProfile.model(tied);
    Set<String> trained = new TreeSet<>(model.layers().layers().get(1).variables());
    trained.addAll(model.layers().embedding());
    trained.addAll(model.layers().finalNorm());
    trained.addAll(model.layers().head());
    plan = TinyProfile.plan(model, trained);
    parts = new PlanParts(plan, model.layers());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProductWithABlocksWeightBelongsToTheBlock(boolean tied) {
    compile(tied);

    for (Layer layer : model.layers().layers()) {
      for (String variable : layer.variables()) {
        assertThat(readers(variable))
            .isNotEmpty()
            .allSatisfy(step -> assertThat(part(step)).isEqualTo(layer.index()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theEndsHaveTheirOwnParts(boolean tied) {
    compile(tied);

    assertThat(part(plan.steps().get(0))).isEqualTo(EMBEDDING);
    assertThat(part(maker(model.layers().layers().get(0).input()))).isEqualTo(EMBEDDING);
    assertThat(part(maker(model.loss()))).isEqualTo(HEAD);
    assertThat(part(maker("flat_logits"))).isEqualTo(HEAD);
    assertThat(readers(model.layers().finalNorm().get(0)))
        .allSatisfy(step -> assertThat(part(step)).isEqualTo(HEAD));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blocksGoUpForwardAndDownBackward(boolean tied) {
    compile(tied);

    assertThat(partsInOrder(Direction.FORWARD)).containsExactly(EMBEDDING, 0, 1, 2, HEAD);
    assertThat(partsInOrder(Direction.BACKWARD)).containsExactly(HEAD, 2, 1, 0, EMBEDDING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUpdateBelongsToTheOwnerOfTheWeight(boolean tied) {
    compile(tied);

    for (Step step : plan.steps()) {
      if (step instanceof Step.Update update) {
        int owner =
            model.layers().embedding().contains(update.variable())
                ? EMBEDDING
                : model.layers().layers().get(1).variables().contains(update.variable()) ? 1 : HEAD;
        assertThat(parts.place(step)).isEqualTo(new Place(owner, Direction.UPDATE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsHaveNames(boolean tied) {
    compile(tied);

    assertThat(List.of(parts.name(EMBEDDING), parts.name(1), parts.name(HEAD)))
        .containsExactly("embedding", "block 1", "head and loss");
  }

  @Test
  void whatIsComputedAgainBelongsToItsBlockAndGoesBackward() {
    compile(false);
    Set<String> all = new TreeSet<>(model.layers().embedding());
    Set<String> checkpoints = new TreeSet<>();
    for (Layer layer : model.layers().layers()) {
      all.addAll(layer.variables());
      checkpoints.add(layer.input());
      checkpoints.add(layer.output());
    }
    plan = TinyProfile.plan(model, all, checkpoints);
    parts = new PlanParts(plan, model.layers());

    assertThat(partsInOrder(Direction.FORWARD)).containsExactly(EMBEDDING, 0, 1, 2, HEAD);
    assertThat(partsInOrder(Direction.BACKWARD)).containsExactly(HEAD, 2, 1, 0, EMBEDDING);
    String query = model.layers().layers().get(1).linears().get(0).name();
    assertThat(readers(query))
        .extracting(parts::place)
        .startsWith(new Place(1, Direction.FORWARD), new Place(1, Direction.BACKWARD))
        .hasSizeGreaterThan(2);
  }

  private int part(Step step) {
    return parts.place(step).part();
  }

  /** Parts in the order of the steps, without repetitions. */
  private List<Integer> partsInOrder(Direction direction) {
    return plan.steps().stream()
        .map(parts::place)
        .filter(place -> place.direction() == direction)
        .map(Place::part)
        .distinct()
        .toList();
  }

  private List<Step> readers(String array) {
    return plan.steps().stream().filter(step -> step.inputs().contains(array)).toList();
  }

  private Step maker(String array) {
    return plan.steps().stream()
        .filter(step -> step instanceof Step.Compute compute && compute.outputs().contains(array))
        .findFirst()
        .orElseThrow();
  }
}
