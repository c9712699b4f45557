package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.owlore.cuda.training.DeviceRuns.configuration;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.NarrowUpdate;
import org.owlore.finetune.StepListener;
import org.owlore.finetune.TrainingException;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

/** What stops a run on a device, and what is left then. */
class DeviceTrainingFailureTest {
  private final DeviceRuns runs = new DeviceRuns();

  @Test
  void aLossThatIsNoNumberEndsTheRunAndLeavesTheWeights() {
    LanguageModel model = TinyLlama.untied(2);
    model.graph().getArrForVarName("model.norm.weight").assign(Double.NaN);
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.FULL).build(), runs.device(Precision.FLOAT32))) {
      assertThatThrownBy(() -> tuner.fit(runs.batches, 3, StepListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("The loss is NaN at step 0: ");
    }

    assertThat(TinyLlama.changed(model.graph(), before)).isEmpty();
  }

  @Test
  void whatTrainedBeforeAFailureIsInTheGraph() {
    BatchSource failing =
        new BatchSource() {
          @Override
          public long stepsPerEpoch() {
            return 3;
          }

          @Override
          public Batch batch(long step) {
            if (step == 3) {
              throw new IllegalStateException("no more data");
            }
            return runs.batches.batch(step);
          }
        };
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    LanguageModel expected = TinyLlama.untied(3);
    LanguageModel actual = TinyLlama.untied(3);
    try (FineTuner tuner = new FineTuner(expected, configuration)) {
      tuner.fit(runs.batches, 3, StepListener.NONE);
    }

    try (FineTuner tuner = new FineTuner(actual, configuration, runs.device(Precision.FLOAT32))) {
      assertThatThrownBy(() -> tuner.fit(failing, 5, StepListener.NONE)).hasMessage("no more data");
    }

    Map<String, INDArray> weights = TinyLlama.weights(actual.graph());
    TinyLlama.weights(expected.graph())
        .forEach(
            (name, weight) -> assertThat(weights.get(name).distance2(weight)).isLessThan(1e-2));
  }

  @Test
  void aRunAfterOneThatFailedTrains() {
    LanguageModel model = TinyLlama.untied(2);
    INDArray norm = model.graph().getArrForVarName("model.norm.weight");
    INDArray good = norm.dup();
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.FULL).build(), runs.device(Precision.FLOAT32))) {
      norm.assign(Double.NaN);
      assertThatThrownBy(() -> tuner.fit(runs.batches, 2, StepListener.NONE))
          .isInstanceOf(TrainingException.class);
      norm.assign(good);

      List<Double> losses = tuner.fit(runs.batches, 6, StepListener.NONE).losses();

      assertThat(losses.get(5)).isLessThan(losses.get(2));
    }
  }

  @Test
  void tooLittleMemorySaysWhatWouldFitAndLeavesTheDeviceUsable() {
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, runs.device(Precision.FLOAT32))) {
      tuner.fit(runs.batches, 1, StepListener.NONE);
      InterpretedDevice device = runs.devices.get(0);
      device.setLimit(device.getLiveBytes() + 100_000);

      assertThatThrownBy(() -> tuner.fit(TinyLlama.batches(1, 64, 16), 1, StepListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("The device's memory is too small for step 0: besides weights (")
          .hasMessageContaining("take block checkpointing or a batch of about ")
          .hasMessageContaining(" rows instead of 64");
      assertThat(tuner.fit(runs.batches, 1, StepListener.NONE).steps()).isEqualTo(1);
    }
  }

  @Test
  void mastersOfNarrowWeightsAreRefused() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);
    FineTuneConfiguration configuration =
        configuration(Method.FULL).narrowUpdate(NarrowUpdate.MASTERS).build();

    assertThatThrownBy(() -> new FineTuner(model, configuration, runs.device(Precision.BF16)))
        .hasMessageStartingWith("A CUDA device keeps no float32 masters of narrow weights");
  }

  @Test
  void aDoubleModelIsRefused() {
    LanguageModel model = TinyLlama.untied(1);
    model.graph().convertDataTypes(Map.of("model.norm.weight", DataType.DOUBLE));

    assertThatThrownBy(() -> runs.onDevice(model, configuration(Method.FULL).build()))
        .hasMessageContaining("not with DOUBLE: cast the model to FLOAT.");
  }
}
