package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.testing.TinyLlama;

class FineTunerReportTest extends FineTunerFixture {

  @Test
  void theListenerEndsTheRun() {
    try (FineTuner tuner = new FineTuner(model, configuration(Method.LISA).build())) {
      FineTuneReport report = tuner.fit(DATA, 100, step -> step.step() < 3);
      assertThat(report.steps()).isEqualTo(4);
      assertThat(report.losses()).hasSize(4);
    }
  }

  @Test
  void everyStepIsReported() {
    List<StepReport> steps = new ArrayList<>();
    try (FineTuner tuner = new FineTuner(model, configuration(Method.LISA).build())) {
      FineTuneReport report = tuner.fit(DATA, 3, steps::add);
      assertThat(steps).extracting(StepReport::step).containsExactly(0L, 1L, 2L);
      assertThat(steps).extracting(StepReport::loss).isEqualTo(report.losses());
      assertThat(steps).extracting(StepReport::tokens).containsOnly(18L);
      assertThat(steps).allMatch(step -> step.seconds() > 0);
      long weights =
          TinyLlama.weights(model.graph()).values().stream().mapToLong(w -> 4 * w.length()).sum();
      assertThat(steps).allMatch(step -> step.memory().weights() == weights);
      assertThat(steps).allMatch(step -> step.memory().workspace() > 0);
      assertThat(report.peak().total())
          .isEqualTo(steps.stream().mapToLong(step -> step.memory().total()).max().orElse(0));
    }
  }

  @Test
  void theLossIsThatBeforeTheUpdate() {
    double before;
    try (Evaluator evaluator = new Evaluator(model);
        Batch batch = DATA.batch(0)) {
      INDArray logits = evaluator.logits(batch);
      before = NaiveLoss.of(logits, batch);
    }
    assertThat(fit(configuration(Method.FULL).build(), 1).losses().get(0))
        .isCloseTo(before, within(1e-5));
  }
}
