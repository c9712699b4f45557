package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.testing.TinyLlama;

class FineTunerOptimizerTest extends FineTunerFixture {

  @Test
  void weightDecayShrinksWeightsByLearningRateTimesDecay() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    fit(configuration(Method.FULL).build(), 1);
    Map<String, INDArray> without = TinyLlama.weights(model.graph());
    model = TinyLlama.untied(1);
    fit(configuration(Method.FULL).weightDecay(0.5).build(), 1);
    Map<String, INDArray> with = TinyLlama.weights(model.graph());
    without.forEach(
        (name, weight) ->
            assertThat(with.get(name).distance2(weight.mul(1 - 0.01 * 0.5)))
                .as(name)
                .isLessThan(1e-5 * (1 + before.get(name).norm2Number().doubleValue())));
  }

  @Test
  void aScheduleChangesTheLearningRateFromStepToStep() {
    List<Double> rates = new ArrayList<>();
    GaLoreUpdater updater =
        galore()
            .learningRateSchedule(new StepSchedule(ScheduleType.ITERATION, 0.08, 0.5, 1))
            .build();
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.OWLORE).updater(updater).build())) {
      tuner.fit(DATA, 4, report -> rates.add(report.learningRate()));
    }
    assertThat(rates).containsExactly(0.08, 0.04, 0.02, 0.01);
  }

  @Test
  void aScheduleByEpochCountsTheEpochsOfTheData() {
    List<Double> rates = new ArrayList<>();
    GaLoreUpdater updater =
        galore().learningRateSchedule(new StepSchedule(ScheduleType.EPOCH, 0.08, 0.5, 1)).build();
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.FULL).updater(updater).build())) {
      tuner.fit(DATA, 4, report -> rates.add(report.learningRate()));
    }
    assertThat(rates).containsExactly(0.08, 0.08, 0.08, 0.04);
  }

  @Test
  void theStateOfAFrozenLayerIsKeptOrDropped() {
    long kept = optimizerBytes(FrozenState.KEPT);
    model = TinyLlama.untied(1);
    long dropped = optimizerBytes(FrozenState.DROPPED);
    assertThat(kept).isGreaterThan(dropped);
  }

  private long optimizerBytes(FrozenState frozenState) {
    List<Long> bytes = new ArrayList<>();
    FineTuneConfiguration configuration =
        configuration(Method.LISA)
            .fixedSchedule(List.of(List.of(0), List.of(1), List.of(2)))
            .frozenState(frozenState)
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(DATA, 6, report -> bytes.add(report.memory().optimizer()));
    }
    if (frozenState == FrozenState.DROPPED) {
      assertThat(bytes.stream().distinct()).hasSize(1);
    } else {
      assertThat(bytes).isSorted();
    }
    return bytes.get(5);
  }

  @Test
  void keptStateGoesOnWhereItStopped() {
    List<List<Integer>> schedule = List.of(List.of(0), List.of(1), List.of(0));
    FineTuneConfiguration kept = configuration(Method.LISA).fixedSchedule(schedule).build();
    List<Double> losses = fit(kept, 6).losses();
    model = TinyLlama.untied(1);
    List<Double> dropped =
        fit(kept.toBuilder().frozenState(FrozenState.DROPPED).build(), 6).losses();
    assertThat(dropped.subList(0, 5)).isEqualTo(losses.subList(0, 5));
    assertThat(dropped.get(5)).isNotEqualTo(losses.get(5));
  }

  @Test
  void lowRankStateIsSmaller() {
    assertThat(optimizerBytes(Method.OWLORE)).isLessThan(optimizerBytes(Method.OWLORE_FULL_RANK));
    assertThat(optimizerBytes(Method.LISA)).isLessThan(optimizerBytes(Method.FULL));
  }

  private long optimizerBytes(Method method) {
    return fit(
            configuration(method)
                .fixedSchedule(List.of(List.of(0)))
                .updater(galore().rank(1).build())
                .build(),
            1)
        .peak()
        .optimizer();
  }
}
