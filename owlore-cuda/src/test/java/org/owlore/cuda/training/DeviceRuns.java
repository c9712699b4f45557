package org.owlore.cuda.training;

import java.util.ArrayList;
import java.util.List;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.finetune.TrainingDevice;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.TinyLlama;

/** Runs of small Llamas on the host and on interpreted devices. */
final class DeviceRuns {
  static final int STEPS = 12;
  final BatchSource batches = TinyLlama.batches(3, 2, 6);

  /** Every device that was opened. */
  final List<InterpretedDevice> devices = new ArrayList<>();

  static FineTuneConfiguration.FineTuneConfigurationBuilder configuration(Method method) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(
            GaLoreUpdater.builder()
                .learningRate(0.01)
                .rank(4)
                .refreshInterval(5)
                .subspaceFinder(SubspaceFinder.exact())
                .build())
        .distribution(LayerDistribution.proportionalTo(new double[] {1, 2, 3}))
        .weightDecay(0.1)
        .gamma(2)
        .interval(4)
        .seed(7);
  }

  TrainingDevice.Factory device(Precision precision) {
    return device(precision, false);
  }

  TrainingDevice.Factory device(Precision precision, boolean repeats) {
    return (model, configuration, projected) -> {
      InterpretedDevice device = new InterpretedDevice();
      devices.add(device);
      return new DeviceTraining(
          device,
          model,
          configuration,
          projected,
          new DeviceOptions(precision, AttentionForm.FUSED, repeats));
    };
  }

  FineTuneReport onHost(LanguageModel model, FineTuneConfiguration configuration) {
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(batches, STEPS, StepListener.NONE);
    }
  }

  FineTuneReport onDevice(LanguageModel model, FineTuneConfiguration configuration) {
    try (FineTuner tuner = new FineTuner(model, configuration, device(Precision.FLOAT32))) {
      return tuner.fit(batches, STEPS, StepListener.NONE);
    }
  }
}
