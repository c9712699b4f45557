package org.owlore.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.owlore.examples.benchmark.device.DeviceTwin;
import picocli.CommandLine.Option;

/** Mixin: PyTorch on the same device. */
final class DeviceTwinOptions {
  private static final Path SCRIPT =
      Path.of(System.getProperty("owlore.root", ""), "benchmarks", "device", "pytorch_device.py");

  /** Who else is asked. */
  enum Rival {
    PYTORCH
  }

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "pytorch: compare with PyTorch, on the same device.")
  private Rival against;

  @Option(
      names = "--python",
      defaultValue = "python3",
      paramLabel = "PROGRAM",
      description = "Interpreter that has torch and transformers (default: ${DEFAULT-VALUE}).")
  private String python;

  @Option(
      names = "--twin",
      paramLabel = "FILE",
      description =
          "PyTorch's side of the benchmark (default: benchmarks/device/pytorch_device.py).")
  private Path script = SCRIPT;

  Optional<DeviceTwin.Program> program(String device) {
    return against == null
        ? Optional.empty()
        : Optional.of(new DeviceTwin.Program(python, script, device));
  }
}
