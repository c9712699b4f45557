package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.NarrowUpdate;
import org.owlore.finetune.StepListener;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.TinyLlama;

/** Whole runs on the interpreter against the same runs on the host. */
class DeviceTrainingTest {
  private static final int STEPS = 12;
  private final BatchSource batches = TinyLlama.batches(3, 2, 6);
  private final List<InterpretedDevice> devices = new ArrayList<>();

  private static FineTuneConfiguration.FineTuneConfigurationBuilder configuration(Method method) {
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

  private TrainingDevice.Factory device(Precision precision) {
    return device(precision, false);
  }

  private TrainingDevice.Factory device(Precision precision, boolean repeats) {
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

  private FineTuneReport onHost(LanguageModel model, FineTuneConfiguration configuration) {
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(batches, STEPS, StepListener.NONE);
    }
  }

  private FineTuneReport onDevice(LanguageModel model, FineTuneConfiguration configuration) {
    try (FineTuner tuner = new FineTuner(model, configuration, device(Precision.FLOAT32))) {
      return tuner.fit(batches, STEPS, StepListener.NONE);
    }
  }

  private static void assertSameCurve(FineTuneReport actual, FineTuneReport expected) {
    for (int step = 0; step < STEPS; step++) {
      assertThat(actual.losses().get(step))
          .as("loss of step %d", step)
          .isCloseTo(expected.losses().get(step), within(1e-3));
    }
    assertThat(actual.changed()).isEqualTo(expected.changed());
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void everyMethodTrainsAsOnTheHost(Method method) {
    FineTuneConfiguration configuration = configuration(method).build();
    LanguageModel expected = TinyLlama.untied(3);
    LanguageModel actual = TinyLlama.untied(3);

    assertSameCurve(onDevice(actual, configuration), onHost(expected, configuration));

    Map<String, INDArray> weights = TinyLlama.weights(actual.graph());
    TinyLlama.weights(expected.graph())
        .forEach(
            (name, weight) ->
                assertThat(weights.get(name).distance2(weight) / weight.norm2Number().doubleValue())
                    .as(name)
                    .isLessThan(2e-3));
  }

  @ParameterizedTest
  @EnumSource(FrozenState.class)
  void frozenStateMayStayLeaveOrWaitOnTheHost(FrozenState frozenState) {
    FineTuneConfiguration configuration =
        configuration(Method.OWLORE).frozenState(frozenState).build();

    assertSameCurve(
        onDevice(TinyLlama.tied(4), configuration), onHost(TinyLlama.tied(4), configuration));
  }

  @Test
  void checkpointedBlocksTrainAsOnTheHost() {
    FineTuneConfiguration configuration =
        configuration(Method.LISA).checkpointing(Checkpointing.BLOCK).build();

    assertSameCurve(
        onDevice(TinyLlama.untied(5), configuration), onHost(TinyLlama.untied(5), configuration));
  }

  @Test
  void weightsInBfloat16TakeUpTheSameRoundedUpdates() {
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);
    LanguageModel twin = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);

    FineTuneReport actual = onDevice(model, configuration);

    FineTuneReport expected = onHost(twin, configuration);
    for (int step = 0; step < STEPS; step++) {
      assertThat(actual.losses().get(step)).isCloseTo(expected.losses().get(step), within(2e-2));
    }
  }

  @Test
  void bfloat16ProductsLearn() {
    FineTuneConfiguration configuration = configuration(Method.OWLORE).build();
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 8);
    FineTuneReport expected =
        onHost(TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 8), configuration);

    try (FineTuner tuner = new FineTuner(model, configuration, device(Precision.BF16))) {
      FineTuneReport actual = tuner.fit(batches, STEPS, StepListener.NONE);

      assertThat(actual.losses().get(STEPS - 1))
          .isCloseTo(expected.losses().get(STEPS - 1), within(0.1));
      assertThat(actual.losses().get(STEPS - 1)).isLessThan(actual.losses().get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(FrozenState.class)
  void repeatedStepsChangeNoBit(FrozenState frozenState) {
    FineTuneConfiguration configuration =
        configuration(Method.OWLORE).frozenState(frozenState).interval(6).build();
    LanguageModel asked = TinyLlama.untied(4);
    LanguageModel repeated = TinyLlama.untied(4);
    FineTuneReport expected = onDevice(asked, configuration);

    try (FineTuner tuner =
        new FineTuner(repeated, configuration, device(Precision.FLOAT32, true))) {
      assertThat(tuner.fit(batches, STEPS, StepListener.NONE).losses())
          .isEqualTo(expected.losses());
    }

    assertThat(TinyLlama.changed(repeated.graph(), TinyLlama.weights(asked.graph()))).isEmpty();
    assertThat(devices.get(1).getReplays()).isGreaterThan(3);
  }

  @Test
  void anIntervalInWhichNothingTrainsMeasuresTheLoss() {
    FineTuneConfiguration configuration =
        configuration(Method.OWLORE)
            .fixedSchedule(List.of(List.of(), List.of(0), List.of()))
            .trainEmbedding(false)
            .trainFinalNorm(false)
            .trainHead(false)
            .build();

    assertSameCurve(
        onDevice(TinyLlama.untied(4), configuration), onHost(TinyLlama.untied(4), configuration));
  }

  @Test
  void batchesOfChangingLengthTrainAsOnTheHost() {
    BatchSource changing =
        new BatchSource() {
          @Override
          public long stepsPerEpoch() {
            return 4;
          }

          @Override
          public Batch batch(long step) {
            return TinyLlama.batch(1 + (int) (step % 2), 3 + (int) (step % 3), step);
          }
        };
    FineTuneConfiguration configuration = configuration(Method.LISA).build();
    List<Double> expected;
    try (FineTuner tuner = new FineTuner(TinyLlama.tied(2), configuration)) {
      expected = tuner.fit(changing, STEPS, StepListener.NONE).losses();
    }

    try (FineTuner tuner =
        new FineTuner(TinyLlama.tied(2), configuration, device(Precision.FLOAT32, true))) {
      List<Double> actual = tuner.fit(changing, STEPS, StepListener.NONE).losses();
      for (int step = 0; step < STEPS; step++) {
        assertThat(actual.get(step)).isCloseTo(expected.get(step), within(1e-3));
      }
    }
  }

  @Test
  void aSecondRunStartsFromTheWeightsThatTheGraphHasThen() {
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    LanguageModel model = TinyLlama.untied(9);
    try (FineTuner tuner = new FineTuner(model, configuration, device(Precision.FLOAT32))) {
      double first = tuner.fit(batches, 1, StepListener.NONE).losses().get(0);
      model.graph().getArrForVarName("model.norm.weight").assign(0);

      assertThat(tuner.fit(batches, 1, StepListener.NONE).losses().get(0))
          .isCloseTo(Math.log(TinyLlama.VOCABULARY), within(1e-5))
          .isNotCloseTo(first, within(1e-3));
    }
  }

  @Test
  void memoryDoesNotGrowFromIntervalToInterval() {
    FineTuneConfiguration configuration = configuration(Method.OWLORE).gamma(3).build();
    List<Long> live = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, device(Precision.FLOAT32))) {
      tuner.fit(
          batches,
          STEPS,
          report -> {
            live.add(devices.get(0).getLiveBytes());
            return true;
          });
    }

    assertThat(live.subList(1, STEPS)).containsOnly(live.get(1));
    assertThat(devices.get(0).getLiveBytes()).isZero();
    assertThat(devices.get(0).getPinnedBytes()).isZero();
  }

  @Test
  void theReportCountsWhatTheDeviceHolds() {
    List<Long> unaccounted = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(
            TinyLlama.untied(1), configuration(Method.OWLORE).build(), device(Precision.FLOAT32))) {
      tuner.fit(
          batches,
          2,
          report -> {
            unaccounted.add(devices.get(0).getLiveBytes() - report.memory().total());
            return true;
          });
    }

    assertThat(unaccounted).allSatisfy(bytes -> assertThat(bytes).isBetween(0L, 4096L));
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunAndLeavesTheWeights() {
    LanguageModel model = TinyLlama.untied(2);
    model.graph().getArrForVarName("model.norm.weight").assign(Double.NaN);
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.FULL).build(), device(Precision.FLOAT32))) {
      assertThatThrownBy(() -> tuner.fit(batches, 3, StepListener.NONE))
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
            return batches.batch(step);
          }
        };
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    LanguageModel expected = TinyLlama.untied(3);
    LanguageModel actual = TinyLlama.untied(3);
    try (FineTuner tuner = new FineTuner(expected, configuration)) {
      tuner.fit(batches, 3, StepListener.NONE);
    }

    try (FineTuner tuner = new FineTuner(actual, configuration, device(Precision.FLOAT32))) {
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
        new FineTuner(model, configuration(Method.FULL).build(), device(Precision.FLOAT32))) {
      norm.assign(Double.NaN);
      assertThatThrownBy(() -> tuner.fit(batches, 2, StepListener.NONE))
          .isInstanceOf(TrainingException.class);
      norm.assign(good);

      List<Double> losses = tuner.fit(batches, 6, StepListener.NONE).losses();

      assertThat(losses.get(5)).isLessThan(losses.get(2));
    }
  }

  @Test
  void tooLittleMemorySaysWhatWouldFitAndLeavesTheDeviceUsable() {
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, device(Precision.FLOAT32))) {
      tuner.fit(batches, 1, StepListener.NONE);
      InterpretedDevice device = devices.get(0);
      device.setLimit(device.getLiveBytes() + 100_000);

      assertThatThrownBy(() -> tuner.fit(TinyLlama.batches(1, 64, 16), 1, StepListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("The device's memory is too small for step 0: besides weights (")
          .hasMessageContaining("take block checkpointing or a batch of about ")
          .hasMessageContaining(" rows instead of 64");
      assertThat(tuner.fit(batches, 1, StepListener.NONE).steps()).isEqualTo(1);
    }
  }

  @Test
  void mastersOfNarrowWeightsAreRefused() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);
    FineTuneConfiguration configuration =
        configuration(Method.FULL).narrowUpdate(NarrowUpdate.MASTERS).build();

    assertThatThrownBy(() -> new FineTuner(model, configuration, device(Precision.BF16)))
        .hasMessageStartingWith("A CUDA device keeps no float32 masters of narrow weights");
  }

  @Test
  void aStepSendsTheBatchAndTheStepSizesAndBringsBackTheLoss() {
    FineTuneConfiguration configuration = configuration(Method.LISA).gamma(3).build();
    List<Integer> uploads = new ArrayList<>();
    List<Integer> downloads = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, device(Precision.FLOAT32))) {
      tuner.fit(
          batches,
          6,
          report -> {
            uploads.add(devices.get(0).getUploads());
            downloads.add(devices.get(0).getDownloads());
            return true;
          });
    }

    assertThat(uploads.get(5) - uploads.get(4))
        .as("three placeholders, one for all scalars")
        .isEqualTo(4);
    assertThat(downloads.get(5) - downloads.get(4)).as("loss and check").isEqualTo(2);
  }

  @Test
  void aDoubleModelIsRefused() {
    LanguageModel model = TinyLlama.untied(1);
    model.graph().convertDataTypes(Map.of("model.norm.weight", DataType.DOUBLE));

    assertThatThrownBy(() -> onDevice(model, configuration(Method.FULL).build()))
        .hasMessageContaining("not with DOUBLE: cast the model to FLOAT.");
  }
}
