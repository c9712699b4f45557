package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.cuda.driver.CudaDevice;
import org.owlore.cuda.driver.CudaEmulator;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.finetune.TrainingDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.TinyLlama;

/** Whole runs by the real device over emulated libraries against the same runs on the host. */
class EmulatedTrainingTest {
  private static final int STEPS = 6;
  private static final long USUAL_LIMIT = 1L << 30;

  @TempDir private static Path cache;
  private final CudaEmulator emulator = CudaEmulator.orSkip();
  private CudaDevice device;
  private final int openBefore = emulator.openThings();

  @AfterEach
  void nothingIsLeftOpenAndNothingWasWrittenBeside() {
    emulator.limit(USUAL_LIMIT);
    assertThat(emulator.openThings()).isEqualTo(openBefore);
    assertThat(emulator.damagedPieces()).isZero();
  }

  private static LanguageModel model(StorageType storage) {
    return TinyLlama.stored(storage, TinyLlama.config().build(), 3);
  }

  private static FineTuneConfiguration configuration(Method method) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(
            GaLoreUpdater.builder()
                .learningRate(0.01)
                .rank(2)
                .refreshInterval(2)
                .subspaceFinder(SubspaceFinder.exact())
                .build())
        .distribution(LayerDistribution.uniform(TinyLlama.LAYERS))
        .gamma(2)
        .interval(3)
        .seed(7)
        .build();
  }

  private TrainingDevice.Factory emulated(Precision precision) {
    return emulated(precision, false);
  }

  private TrainingDevice.Factory emulated(Precision precision, boolean repeats) {
    return (model, configuration, projected) -> {
      device = emulator.open(cache);
      return new DeviceTraining(
          device,
          model,
          configuration,
          projected,
          new DeviceOptions(precision, AttentionForm.FUSED, repeats));
    };
  }

  private static List<Double> losses(FineTuner tuner) {
    return tuner.fit(TinyLlama.batches(2, 2, 6), STEPS, StepListener.NONE).losses();
  }

  @ParameterizedTest
  @CsvSource({"FULL, FLOAT32, FLOAT32, 1e-3", "OWLORE, BF16, BF16, 0.05"})
  void aRunIsTheHostsRun(
      Method method, StorageType storage, Precision precision, double tolerance) {
    FineTuneConfiguration configuration = configuration(method);
    try (FineTuner host = new FineTuner(model(storage), configuration);
        FineTuner emulated = new FineTuner(model(storage), configuration, emulated(precision))) {
      List<Double> expected = losses(host);
      List<Double> actual = losses(emulated);
      for (int step = 0; step < STEPS; step++) {
        assertThat(actual.get(step))
            .as("loss of step %d", step)
            .isCloseTo(expected.get(step), within(tolerance));
      }
    }
  }

  @Test
  void stepsThatAreRepeatedAsGraphsChangeNoBit() {
    FineTuneConfiguration configuration = configuration(Method.FULL);
    LanguageModel asked = model(StorageType.FLOAT32);
    LanguageModel repeated = model(StorageType.FLOAT32);
    try (FineTuner one = new FineTuner(asked, configuration, emulated(Precision.FLOAT32));
        FineTuner other =
            new FineTuner(repeated, configuration, emulated(Precision.FLOAT32, true))) {
      assertThat(losses(other)).isEqualTo(losses(one));
    }
    assertThat(emulator.graphLaunches()).isPositive();
    assertThat(TinyLlama.changed(repeated.graph(), TinyLlama.weights(asked.graph()))).isEmpty();
  }

  @Test
  void aSecondRunCompilesNothing() {
    FineTuneConfiguration configuration = configuration(Method.FULL);
    int compilations = 0;
    for (int run = 0; run < 2; run++) {
      compilations = emulator.compilations();
      LanguageModel model = model(StorageType.FLOAT32);
      try (FineTuner tuner = new FineTuner(model, configuration, emulated(Precision.FLOAT32))) {
        losses(tuner);
      }
    }
    assertThat(emulator.compilations()).isEqualTo(compilations);
  }

  @Test
  void tooLittleMemoryIsSaidAndLeavesTheDeviceUsable() {
    try (FineTuner tuner =
        new FineTuner(
            model(StorageType.FLOAT32), configuration(Method.FULL), emulated(Precision.FLOAT32))) {
      losses(tuner);
      emulator.limit(USUAL_LIMIT - device.freeBytes() + 100_000);
      assertThatThrownBy(() -> tuner.fit(TinyLlama.batches(1, 64, 16), 1, StepListener.NONE))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("The device's memory is too small for step ");
      assertThat(losses(tuner)).hasSize(STEPS);
    }
  }
}
