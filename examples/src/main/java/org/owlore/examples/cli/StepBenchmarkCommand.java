package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.owlore.examples.benchmark.Contender;
import org.owlore.examples.benchmark.PyTorchTwin;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.StepBenchmark;
import org.owlore.examples.benchmark.StepJson;
import org.owlore.examples.benchmark.StepResult;
import org.owlore.examples.benchmark.StepTable;
import org.owlore.examples.benchmark.StockSteps;
import org.owlore.examples.benchmark.Workload;
import org.owlore.examples.progress.Progress;
import org.owlore.examples.report.AtomicFile;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.Method;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark step}. */
@Command(
    name = "step",
    mixinStandardHelpOptions = true,
    description = {
      "Times whole training steps in turn with those of others: with the matrix products of the"
          + " step alone, and if asked with the stock sd.fit and with PyTorch.",
      "Ratios are those of steps made one right after the other with the same blocks. The first"
          + " step after a draw of blocks compiles a plan and searches subspaces; it is reported"
          + " apart."
    })
final class StepBenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private WorkloadOptions workload;
  @Mixin private TwinOptions twin;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "full,lisa,owlore",
      paramLabel = "NAME",
      description = "Of full, lisa and owlore (default: ${DEFAULT-VALUE}).")
  private List<Method> methods;

  /** Who else makes steps. */
  enum Rival {
    STOCK,
    PYTORCH
  }

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "NAME",
      description = "stock: sd.fit with Adam, for full only; pytorch: the same in PyTorch.")
  private List<Rival> against = List.of();

  @Option(
      names = "--checkpointing",
      split = ",",
      defaultValue = "none",
      paramLabel = "NAME",
      description =
          "none, block or both: whether the inside of a block is computed again for its backward"
              + " pass; with both, we make a step of each kind (default: ${DEFAULT-VALUE}).")
  private List<Checkpointing> checkpointing;

  @Option(
      names = "--rounds",
      defaultValue = "12",
      paramLabel = "N",
      description = "Steps of each that count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      paramLabel = "N",
      description = "Steps of each before (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--interval",
      defaultValue = "4",
      paramLabel = "N",
      description = "Steps between two draws of blocks (default: ${DEFAULT-VALUE}).")
  private int interval;

  @Option(
      names = "--stock-rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Steps of the stock sd.fit that count (default: ${DEFAULT-VALUE}).")
  private int stockRounds;

  @Option(
      names = "--threads",
      defaultValue = "2",
      paramLabel = "N",
      description = "Threads of native code, for all (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the results, with every single step.")
  private Path json;

  @Override
  public Integer call() {
    StepBenchmark benchmark =
        new StepBenchmark(
            workload.workload(),
            BenchmarkMethods.checked(spec.commandLine(), "--methods", methods),
            new Rounds(warmUp, rounds, interval, seed),
            checkpointing.stream().distinct().toList());
    if (!FreshJvm.isHere()) {
      return FreshJvm.rerun(spec, threads);
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("threads", Integer.toString(threads));
    StepResult result = run(benchmark, facts);
    PrintWriter out = spec.commandLine().getOut();
    out.println(benchmark.workload().describe());
    out.printf("checkpointing: %s%n", benchmark.checkpointing());
    facts.forEach((name, value) -> out.printf("%s: %s%n", name, value));
    new StepTable(out).print(result, benchmark.methods());
    if (json != null) {
      AtomicFile.write(json, StepJson.write(benchmark, facts, result));
    }
    return 0;
  }

  private StepResult run(StepBenchmark benchmark, Map<String, String> facts) {
    List<Contender> rivals = new ArrayList<>();
    try (Progress progress = Terminal.progress("round", benchmark.rounds().total())) {
      if (against.contains(Rival.STOCK)) {
        rivals.add(stock(benchmark.workload()));
      }
      if (against.contains(Rival.PYTORCH)) {
        PyTorchTwin pytorch = twin.start(benchmark.workload(), benchmark.methods(), threads);
        facts.put("pytorch", pytorch.version());
        rivals.add(pytorch);
      }
      return benchmark.run(rivals, round -> progress.update(round, ""));
    } finally {
      rivals.forEach(Contender::close);
    }
  }

  private Contender stock(Workload asked) {
    return new StockSteps(asked.build(), asked.batches(), warmUp + stockRounds - 1);
  }
}
