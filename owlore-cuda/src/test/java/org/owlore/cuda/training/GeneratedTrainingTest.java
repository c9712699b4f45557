package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.driver.AvailableCompiler;
import org.owlore.cuda.driver.KernelCompiler;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.source.CudaSource;
import org.owlore.cuda.source.HostKernels;
import org.owlore.cuda.source.HostRunner;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;
import org.owlore.galore.RandomizedSubspace;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.TinyLlama;

/**
 * Whole runs whose kernels are the generated CUDA source: compiled for devices, and run as compiled
 * for the host.
 */
class GeneratedTrainingTest {
  private static final int STEPS = 5;

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
                .refreshInterval(3)
                .subspaceFinder(new RandomizedSubspace(0.5, 0, 1))
                .momentsAtRefresh(MomentsAtRefresh.values()[MomentsAtRefresh.values().length - 1])
                .build())
        .distribution(LayerDistribution.uniform(TinyLlama.LAYERS))
        .checkpointing(Checkpointing.BLOCK)
        .gamma(2)
        .interval(2)
        .build();
  }

  private static List<Double> losses(
      InterpretedDevice device, Method method, StorageType storage, Precision precision) {
    try (FineTuner tuner =
        new FineTuner(
            model(storage),
            configuration(method),
            (model, configuration, projected) ->
                new DeviceTraining(
                    device,
                    model,
                    configuration,
                    projected,
                    new DeviceOptions(precision, AttentionForm.FUSED, false)))) {
      return tuner.fit(TinyLlama.batches(2, 2, 6), STEPS, StepListener.NONE).losses();
    }
  }

  /** Runs in bfloat16 differ from each other by as much as from float32. */
  @ParameterizedTest
  @CsvSource({
    "FULL, FLOAT32, FLOAT32, 1e-4",
    "OWLORE, FLOAT32, FLOAT32, 1e-4",
    "OWLORE, BF16, BF16, 1e-2"
  })
  void generatedKernelsTrainAsTheInterpreterDoes(
      Method method, StorageType storage, Precision precision, double tolerance) {
    InterpretedDevice interpreter = new InterpretedDevice();
    List<Double> expected = losses(interpreter, method, storage, precision);
    List<Kernel> kernels = List.copyOf(interpreter.kernels());
    List<Attention> passes = List.copyOf(interpreter.passes());
    try (HostKernels compiled = HostKernels.of(kernels, passes)) {
      InterpretedDevice device = new InterpretedDevice();
      device.setRunner(new HostRunner(compiled));

      List<Double> actual = losses(device, method, storage, precision);

      for (int step = 0; step < STEPS; step++) {
        assertThat(actual.get(step)).isCloseTo(expected.get(step), within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sm_80", "sm_90", "sm_100"})
  void everyKernelOfARunCompilesForADevice(String architecture) {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    InterpretedDevice device = new InterpretedDevice();
    losses(device, Method.OWLORE, StorageType.BF16, Precision.BF16);
    losses(device, Method.FULL, StorageType.FLOAT32, Precision.FLOAT32);

    assertThat(device.kernels())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            kernel ->
                assertThat(compiler.compile(CudaSource.of(kernel), architecture)).isNotEmpty());
    assertThat(device.passes())
        .allSatisfy(
            pass -> assertThat(compiler.compile(CudaSource.of(pass), architecture)).isNotEmpty());
  }
}
