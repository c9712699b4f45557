package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.driver.AvailableCompiler;
import org.owlore.cuda.driver.KernelCompiler;
import org.owlore.cuda.galore.DeviceOptimizer;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.source.HostKernels.Turns;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;
import org.owlore.galore.Projection;
import org.owlore.galore.SubspaceFinder;

/** All kernels of the optimizer, as generated source. */
class OptimizerKernelsTest {
  private static final long[] MATRIX = {7, 40};
  private static final List<NumberType> TYPES =
      List.of(NumberType.FLOAT32, NumberType.BFLOAT16, NumberType.FLOAT16);

  /** What runs in a few steps with every kind of weight, subspace and refresh. */
  private static List<Kernel> kernels() {
    InterpretedDevice device = new InterpretedDevice();
    for (MomentsAtRefresh moments : MomentsAtRefresh.values()) {
      GaLoreUpdater updater =
          GaLoreUpdater.builder()
              .rank(3)
              .refreshInterval(1)
              .projection(Projection.FULL)
              .subspaceFinder(SubspaceFinder.exact())
              .momentsAtRefresh(moments)
              .build();
      TYPES.forEach(type -> train(device, updater, type));
    }
    return device.kernels().stream().sorted(Comparator.comparing(Kernel::toString)).toList();
  }

  private static void train(InterpretedDevice device, GaLoreUpdater updater, NumberType type) {
    float[] numbers = new float[280];
    new Random(1).doubles().limit(280).forEach(value -> numbers[(int) (value * 280)] = 1);
    try (DeviceOptimizer optimizer =
            new DeviceOptimizer(device, updater, 0.1, Set.of("projected"), 0);
        DeviceMemory weight = device.floats(numbers);
        DeviceMemory gradient = device.floats(numbers)) {
      for (int step = 0; step < 2; step++) {
        optimizer.beginStep(Map.of("projected", MATRIX, "plain", MATRIX), step, 0);
        optimizer.update("projected", weight.start(), type, gradient.start());
        optimizer.update("plain", weight.start(), type, gradient.start());
      }
    }
  }

  @Test
  void everyKernelComputesWhatTheInterpreterDoes() {
    List<Kernel> kernels = kernels();
    assertThat(kernels).hasSizeGreaterThan(20);
    Random random = new Random(5);
    try (HostKernels host = HostKernels.of(kernels)) {
      for (Kernel kernel : kernels) {
        List<KernelContent> contents = contents(kernel, random);
        for (Turns turns : Turns.values()) {
          new BothWays(host).agree(kernel, turns, contents, 1e-5);
        }
      }
    }
  }

  private static List<KernelContent> contents(Kernel kernel, Random random) {
    int count = (int) Math.max(64, kernel.rowCount() * kernel.columnCount());
    List<KernelContent> contents = new ArrayList<>();
    for (Kernel.Parameter parameter : kernel.parameters()) {
      int bound = parameter.type() == NumberType.INT64 ? Integer.MAX_VALUE : 2;
      contents.add(KernelContent.random(parameter.type(), count, bound, random));
    }
    return contents;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void everyKernelCompilesForADevice(String architecture) {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    Stream<CudaSource> sources = kernels().stream().map(CudaSource::of);
    assertThat(sources)
        .allSatisfy(
            source ->
                assertThat(compiler.compile(source, architecture)).startsWith(0x7f, 'E', 'L', 'F'));
  }
}
