package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.driver.CudaEmulator;
import org.owlore.finetune.DeviceProvider;
import org.owlore.finetune.Devices;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.testing.TinyLlama;

/** The way from a device's name to a run, in a program of its own that finds emulated libraries. */
class EmulatedProviderTest {
  @TempDir private Path cache;

  /** That program: lists the devices and trains on the first one. */
  static final class Program {
    private Program() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
      Devices devices = Devices.available();
      for (DeviceProvider provider : devices.providers()) {
        System.out.println(provider.problem());
        provider.devices().forEach(device -> System.out.println(device.text()));
      }
      FineTuneConfiguration configuration =
          FineTuneConfiguration.builder().method(Method.FULL).build();
      try (FineTuner tuner =
          new FineTuner(TinyLlama.untied(1), configuration, devices.factory("cuda:0", null))) {
        System.out.println(loss(tuner));
      }
    }

    private static double loss(FineTuner tuner) {
      return tuner.fit(TinyLlama.batches(2, 2, 6), 1, StepListener.NONE).losses().get(0);
    }
  }

  @Test
  void aDeviceIsFoundListedAndTrainedOn() throws IOException, InterruptedException {
    List<String> said = run(CudaEmulator.orSkip().folder(), Map.of());

    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder().method(Method.FULL).build();
    try (FineTuner host = new FineTuner(TinyLlama.untied(1), configuration)) {
      assertThat(said).as(said.toString()).hasSize(3);
      assertThat(said.get(0)).isEqualTo("null");
      assertThat(said.get(1))
          .isEqualTo(
              "Emulated device, compute capability 9.0, 132 multiprocessors, 1.1 GB, driver for CUDA 13.0");
      assertThat(Double.parseDouble(said.get(2))).isCloseTo(Program.loss(host), within(1e-4));
    }
  }

  @Test
  void whatTheEnvironmentSetsReachesTheDevice() throws IOException, InterruptedException {
    Path libraries = CudaEmulator.orSkip().folder();

    assertThat(run(libraries, Map.of("OWLORE_CUDA_ATTENTION", "flash")))
        .anyMatch(line -> line.contains("OWLORE_CUDA_ATTENTION is \"flash\""));
  }

  private List<String> run(Path libraries, Map<String, String> settings)
      throws IOException, InterruptedException {
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Program.class.getName())
            .redirectErrorStream(true);
    Map<String, String> environment = program.environment();
    environment.put("LD_LIBRARY_PATH", libraries.toString());
    environment.put("OWLORE_CUDA_LIBRARIES", libraries.toString());
    environment.put("OWLORE_CUDA_CACHE", cache.toString());
    environment.putAll(settings);
    Process process = program.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines().toList();
  }
}
