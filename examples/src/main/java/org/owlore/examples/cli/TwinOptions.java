package org.owlore.examples.cli;

import java.nio.file.Path;
import java.util.Collection;
import org.owlore.examples.benchmark.PyTorchTwin;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.Method;
import picocli.CommandLine.Option;

/** Mixin: the same steps in PyTorch. */
final class TwinOptions {
  private static final Path SCRIPT =
      Path.of(System.getProperty("owlore.root", ""), "benchmarks", "step", "pytorch_step.py");

  @Option(
      names = "--python",
      defaultValue = "python3",
      paramLabel = "PROGRAM",
      description =
          "Interpreter that has torch, and galore-torch for owlore (default: ${DEFAULT-VALUE}).")
  private String python;

  @Option(
      names = "--twin",
      paramLabel = "FILE",
      description = "PyTorch's side of the benchmark (default: benchmarks/step/pytorch_step.py).")
  private Path script = SCRIPT;

  PyTorchTwin start(Workload workload, Collection<Method> methods, int threads) {
    return new PyTorchTwin(python, script, workload, methods, threads);
  }
}
