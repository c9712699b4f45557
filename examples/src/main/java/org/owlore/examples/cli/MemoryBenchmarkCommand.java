package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.owlore.examples.benchmark.MemoryBenchmark;
import org.owlore.examples.benchmark.MemoryJson;
import org.owlore.examples.benchmark.MemoryResult;
import org.owlore.examples.benchmark.MemoryTable;
import org.owlore.examples.benchmark.PyTorchTwin;
import org.owlore.examples.progress.Progress;
import org.owlore.examples.report.AtomicFile;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark memory}. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description =
        "Compares the memory that training says it needs with what is held, after a few steps and"
            + " after many.")
final class MemoryBenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private WorkloadOptions workload;
  @Mixin private TwinOptions twin;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--method",
      defaultValue = "owlore",
      paramLabel = "NAME",
      description = "full, lisa or owlore (default: ${DEFAULT-VALUE}).")
  private Method method;

  @Option(
      names = "--frozen-state",
      defaultValue = "kept",
      paramLabel = "NAME",
      description =
          "Whether the optimizer state of blocks that freeze is kept or dropped (default:"
              + " ${DEFAULT-VALUE}); while it is kept, memory grows with every new block.")
  private FrozenState frozenState;

  @Option(
      names = "--checkpointing",
      defaultValue = "none",
      paramLabel = "NAME",
      description =
          "none, or block: the inside of a block is computed again for its backward pass (default:"
              + " ${DEFAULT-VALUE}).")
  private Checkpointing checkpointing;

  @Option(
      names = "--interval",
      defaultValue = "50",
      paramLabel = "STEPS",
      description = "Steps between two draws of blocks (default: ${DEFAULT-VALUE}).")
  private int interval;

  @Option(
      names = "--early",
      defaultValue = "5",
      paramLabel = "STEP",
      description = "The step after which memory is looked at first (default: ${DEFAULT-VALUE}).")
  private int early;

  @Option(
      names = "--steps",
      defaultValue = "200",
      paramLabel = "N",
      description =
          "How many steps to make; then memory is looked at again (default: ${DEFAULT-VALUE}).")
  private int steps;

  /** Who else makes the steps. */
  enum Rival {
    PYTORCH
  }

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "pytorch: afterwards, the same steps in PyTorch.")
  private Rival against;

  @Option(
      names = "--threads",
      defaultValue = "2",
      paramLabel = "N",
      description = "Threads of native code (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results.")
  private Path json;

  @Override
  public Integer call() {
    BenchmarkMethods.checked(spec.commandLine(), "--method", List.of(method));
    MemoryBenchmark benchmark =
        new MemoryBenchmark(
            workload.workload(), method, frozenState, checkpointing, interval, early, steps);
    if (!FreshJvm.isHere()) {
      return FreshJvm.rerun(spec, threads);
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(threads));
    MemoryResult result = run(benchmark, facts);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s, %s%n", benchmark.workload().describe(), method.label());
    facts.forEach((name, value) -> out.printf("%s: %s%n", name, value));
    new MemoryTable(out).print(result);
    if (json != null) {
      AtomicFile.write(json, MemoryJson.write(benchmark, facts, result));
    }
    return 0;
  }

  private MemoryResult run(MemoryBenchmark benchmark, Map<String, String> facts) {
    try (Progress progress = Terminal.progress("step", steps)) {
      if (against == null) {
        return benchmark.run(Optional.empty(), step -> progress.update(step, ""));
      }
      try (PyTorchTwin pytorch = twin.start(benchmark.workload(), List.of(method), threads)) {
        facts.put(PyTorchTwin.NAME, pytorch.version());
        return benchmark.run(Optional.of(pytorch), step -> progress.update(step, ""));
      }
    }
  }
}
