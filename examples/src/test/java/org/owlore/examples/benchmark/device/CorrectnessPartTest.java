package org.owlore.examples.benchmark.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @TempDir private Path folder;

  private List<Finding> findings(TrainingDevice.Factory device) {
    List<Finding> found = new ArrayList<>();
    new CorrectnessPart(device, true, Optional.empty(), folder).run(found::add);
    return found;
  }

  @Test
  void theHostAgreesWithItself() {
    List<Finding> found = findings(HOST);

    assertThat(found).hasSize(3 * 3 * 2 + 2).allMatch(Finding::holds).allMatch(Finding::bounded);
    assertThat(found).extracting(Finding::value).containsOnly(0.0);
  }

  /** Of a device that trains with another rate: nothing else tells it from the host. */
  @Test
  void aDeviceThatUpdatesOtherwiseIsFoundOut() {
    TrainingDevice.Factory wrong =
        (model, configuration, projected) ->
            HOST.open(model, configuration.toBuilder().weightDecay(0.5).build(), projected);

    assertThat(findings(wrong))
        .filteredOn(finding -> !finding.holds())
        .extracting(Finding::what)
        .contains(
            "plain full: losses of 20 steps, device from CPU",
            "grouped full: gradients, device from CPU");
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
