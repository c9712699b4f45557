package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.finetune.Batch;
import org.owlore.finetune.Devices;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;

class CorrectnessPartTest {
  private static final TrainingDevice.Factory HOST =
      Devices.of(List.of()).factory(Devices.HOST, null);

  /** Trains otherwise: nothing else tells it from the host. */
  private static final TrainingDevice.Factory WRONG =
      (model, configuration, projected) ->
          HOST.open(model, configuration.toBuilder().weightDecay(0.5).build(), projected);

  @TempDir private Path folder;

  /** A host that is itself as it is set and with products, and trains otherwise when fused. */
  @Test
  void theHostAgreesWithItselfAndAFormThatUpdatesOtherwiseIsFoundOut() {
    MeasuredDevice device =
        new MeasuredDevice(HOST, Map.of(Form.FUSED, WRONG, Form.PRODUCTS, HOST));
    List<Finding> found = new ArrayList<>();
    new CorrectnessPart(device, true, Optional.empty(), folder).run(found::add);

    assertThat(found).hasSize(3 * (3 * 3 * 2 + 2)).allMatch(Finding::bounded);
    assertThat(found)
        .filteredOn(finding -> !finding.what().contains(", fused: "))
        .hasSize(2 * (3 * 3 * 2 + 2))
        .allMatch(Finding::holds)
        .extracting(Finding::value)
        .containsOnly(0.0);
    assertThat(found)
        .filteredOn(finding -> !finding.holds())
        .extracting(Finding::what)
        .contains(
            "plain full, fused: losses of 20 steps, device from CPU",
            "grouped full, fused: gradients, device from CPU");
    assertThat(found)
        .filteredOn(finding -> finding.what().startsWith("narrow owlore"))
        .extracting(Finding::most)
        .containsOnly(2e-2);
  }

  @Test
  void gradientsAreThoseOfTheFirstBatch() {
    for (SmallModel small : List.of(SmallModel.PLAIN, SmallModel.GROUPED)) {
      StepGradients shown = StepGradients.of(small, HOST);
      LanguageModel model = small.build();
      GraphPreparation.prepare(model.graph());
      try (Engine engine = new Engine(model.graph());
          Batch batch = small.batches().batch(0)) {
        PlanExecutor executor =
            engine.executor(
                PlanRequest.builder()
                    .output(model.loss())
                    .trained(shown.byName().keySet())
                    .placeholders(Engine.types(batch.placeholders()))
                    .build());
        List<String> seen = new ArrayList<>();
        executor.profile(
            batch.placeholders(),
            new org.owlore.engine.StepObserver() {
              @Override
              public void gradient(String variable, INDArray gradient) {
                seen.add(variable);
                INDArray ours = shown.byName().get(variable);
                assertThat(ours.distance2(gradient) / gradient.norm2Number().doubleValue())
                    .as(variable)
                    .isLessThan(1e-5);
              }
            });
        assertThat(seen).containsExactlyInAnyOrderElementsOf(shown.byName().keySet());
      }
    }
  }
}
