package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.cuda.training.DeviceRuns.STEPS;
import static org.owlore.cuda.training.DeviceRuns.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.program.Precision;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.testing.TinyLlama;

/** Whole runs on the interpreter against the same runs on the host. */
class DeviceTrainingTest {
  private final DeviceRuns runs = new DeviceRuns();

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

    assertSameCurve(runs.onDevice(actual, configuration), runs.onHost(expected, configuration));

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
        runs.onDevice(TinyLlama.tied(4), configuration),
        runs.onHost(TinyLlama.tied(4), configuration));
  }

  @Test
  void checkpointedBlocksTrainAsOnTheHost() {
    FineTuneConfiguration configuration =
        configuration(Method.LISA).checkpointing(Checkpointing.BLOCK).build();

    assertSameCurve(
        runs.onDevice(TinyLlama.untied(5), configuration),
        runs.onHost(TinyLlama.untied(5), configuration));
  }

  @Test
  void weightsInBfloat16TakeUpTheSameRoundedUpdates() {
    FineTuneConfiguration configuration = configuration(Method.FULL).build();
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);
    LanguageModel twin = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 6);

    FineTuneReport actual = runs.onDevice(model, configuration);

    FineTuneReport expected = runs.onHost(twin, configuration);
    for (int step = 0; step < STEPS; step++) {
      assertThat(actual.losses().get(step)).isCloseTo(expected.losses().get(step), within(2e-2));
    }
  }

  @Test
  void bfloat16ProductsLearn() {
    FineTuneConfiguration configuration = configuration(Method.OWLORE).build();
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 8);
    FineTuneReport expected =
        runs.onHost(
            TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 8), configuration);

    try (FineTuner tuner = new FineTuner(model, configuration, runs.device(Precision.BF16))) {
      FineTuneReport actual = tuner.fit(runs.batches, STEPS, StepListener.NONE);

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
    FineTuneReport expected = runs.onDevice(asked, configuration);

    try (FineTuner tuner =
        new FineTuner(repeated, configuration, runs.device(Precision.FLOAT32, true))) {
      assertThat(tuner.fit(runs.batches, STEPS, StepListener.NONE).losses())
          .isEqualTo(expected.losses());
    }

    assertThat(TinyLlama.changed(repeated.graph(), TinyLlama.weights(asked.graph()))).isEmpty();
    assertThat(runs.devices.get(1).getReplays()).isGreaterThan(3);
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
        runs.onDevice(TinyLlama.untied(4), configuration),
        runs.onHost(TinyLlama.untied(4), configuration));
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
        new FineTuner(TinyLlama.tied(2), configuration, runs.device(Precision.FLOAT32, true))) {
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
    try (FineTuner tuner = new FineTuner(model, configuration, runs.device(Precision.FLOAT32))) {
      double first = tuner.fit(runs.batches, 1, StepListener.NONE).losses().get(0);
      model.graph().getArrForVarName("model.norm.weight").assign(0);

      assertThat(tuner.fit(runs.batches, 1, StepListener.NONE).losses().get(0))
          .isCloseTo(Math.log(TinyLlama.VOCABULARY), within(1e-5))
          .isNotCloseTo(first, within(1e-3));
    }
  }

  @Test
  void memoryDoesNotGrowFromIntervalToInterval() {
    FineTuneConfiguration configuration = configuration(Method.OWLORE).gamma(3).build();
    List<Long> live = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, runs.device(Precision.FLOAT32))) {
      tuner.fit(
          runs.batches,
          STEPS,
          report -> {
            live.add(runs.devices.get(0).getLiveBytes());
            return true;
          });
    }

    assertThat(live.subList(1, STEPS)).containsOnly(live.get(1));
    assertThat(runs.devices.get(0).getLiveBytes()).isZero();
    assertThat(runs.devices.get(0).getPinnedBytes()).isZero();
  }

  @Test
  void theReportCountsWhatTheDeviceHolds() {
    List<Long> unaccounted = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(
            TinyLlama.untied(1),
            configuration(Method.OWLORE).build(),
            runs.device(Precision.FLOAT32))) {
      tuner.fit(
          runs.batches,
          2,
          report -> {
            unaccounted.add(runs.devices.get(0).getLiveBytes() - report.memory().total());
            return true;
          });
    }

    assertThat(unaccounted).allSatisfy(bytes -> assertThat(bytes).isBetween(0L, 4096L));
  }

  @Test
  void aStepSendsTheBatchAndTheStepSizesAndBringsBackTheLoss() {
    FineTuneConfiguration configuration = configuration(Method.LISA).gamma(3).build();
    List<Integer> uploads = new ArrayList<>();
    List<Integer> downloads = new ArrayList<>();
    try (FineTuner tuner =
        new FineTuner(TinyLlama.untied(1), configuration, runs.device(Precision.FLOAT32))) {
      tuner.fit(
          runs.batches,
          6,
          report -> {
            uploads.add(runs.devices.get(0).getUploads());
            downloads.add(runs.devices.get(0).getDownloads());
            return true;
          });
    }

    assertThat(uploads.get(5) - uploads.get(4))
        .as("three placeholders, one for all scalars")
        .isEqualTo(4);
    assertThat(downloads.get(5) - downloads.get(4)).as("loss and check").isEqualTo(2);
  }
}
