package org.owlore.examples.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.Workload;
import org.owlore.examples.benchmark.device.CorrectnessPart;
import org.owlore.examples.benchmark.device.DeviceTwin;
import org.owlore.examples.benchmark.device.Findings;
import org.owlore.examples.benchmark.device.MeasuredDevice;
import org.owlore.examples.benchmark.device.MemoryPart;
import org.owlore.examples.benchmark.device.Part;
import org.owlore.examples.benchmark.device.SoakPart;
import org.owlore.examples.benchmark.device.SpeedPart;
import org.owlore.examples.benchmark.device.UsedMemory;
import org.owlore.examples.report.AtomicFile;
import org.owlore.finetune.Method;
import org.owlore.precision.StorageType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark device}. */
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    description = {
      "Asks of a device whether it computes what the CPU and PyTorch compute (correctness), how fast"
          + " it trains beside PyTorch (speed), in how much memory (memory), and whether that stays"
          + " the same and lack of it does no harm (soak).",
      "On a GPU, attention fused and as products are compared with each other, with and without"
          + " CUDA graphs.",
      "Ends with exit code 1 where a number is beyond its bound."
    })
final class DeviceBenchmarkCommand implements Callable<Integer> {
  private static final int LENGTH_OF_LARGE = 512;

  @Spec private CommandSpec spec;
  @Mixin private DeviceOptions device;
  @Mixin private DeviceTwinOptions twin;
  @Mixin private Verbosity verbosity;

  /** What is asked. */
  enum Question {
    CORRECTNESS,
    SPEED,
    MEMORY,
    SOAK
  }

  @Option(
      names = "--part",
      required = true,
      paramLabel = "NAME",
      description = "correctness, speed, memory or soak.")
  private Question part;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "NAME",
      description =
          "Of tiny, s, m, llama-1b and llama2-7b (default: s,m,llama-1b,llama2-7b for speed,"
              + " llama2-7b for memory, s for soak; correctness has its own).")
  private List<BenchmarkModel> models;

  @Option(
      names = "--methods",
      split = ",",
      defaultValue = "full,lisa,owlore",
      paramLabel = "NAME",
      description = "Of full, lisa and owlore, for speed (default: ${DEFAULT-VALUE}).")
  private List<Method> methods;

  @Option(
      names = "--weights",
      defaultValue = "bf16",
      paramLabel = "float32|bf16",
      description =
          "As what weights lie in memory, but for correctness (default: ${DEFAULT-VALUE}).")
  private StorageType storage;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps that count: of each in speed (default: 10), in all in soak (200).")
  private Integer steps;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      paramLabel = "N",
      description = "Steps before them, in speed (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--batches",
      split = ",",
      defaultValue = "1,16",
      paramLabel = "ROWS",
      description = "Batches of which memory is measured (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--rank",
      defaultValue = "128",
      paramLabel = "R",
      description = "Dimensions of GaLore's subspace (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--gamma",
      defaultValue = "5",
      paramLabel = "N",
      description =
          "Blocks that train at a time, if the model has as many (default: ${DEFAULT-VALUE}).")
  private int gamma;

  @Option(
      names = "--limit",
      defaultValue = "21",
      paramLabel = "GB",
      description =
          "What a batch of one may take with --gamma blocks, in memory (default: ${DEFAULT-VALUE}).")
  private double limit;

  @Option(
      names = "--too-large",
      paramLabel = "ROWS",
      description =
          "A batch that cannot fit, in soak (default: 65536 on a GPU; none on the CPU, which would"
              + " try).")
  private Integer tooLarge;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the findings.")
  private Path json;

  @Override
  public Integer call() {
    BenchmarkMethods.checked(spec.commandLine(), "--methods", methods);
    Part asked = part(device.measured(), twin.program(device.device()));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("part", part.name());
    facts.put("device", device.device());
    facts.put("precision", device.precision());
    facts.put("weights", storage.name());
    Findings findings = new Findings(spec.commandLine().getOut());
    asked.run(
        finding -> {
          findings.accept(finding);
          // Each time, since a run may be ended by a limit of time.
          if (json != null) {
            AtomicFile.write(json, findings.json(facts));
          }
        });
    return findings.hold() ? 0 : 1;
  }

  private Part part(MeasuredDevice measured, Optional<DeviceTwin.Program> pytorch) {
    UsedMemory used = new UsedMemory(device.device());
    return switch (part) {
      case CORRECTNESS ->
          new CorrectnessPart(
              measured, device.isExact(), pytorch, CorrectnessPart.temporaryFolder());
      case SPEED -> {
        int counted = steps == null ? 10 : steps;
        Rounds rounds = new Rounds(warmUp, counted, warmUp + counted, 0);
        methods.forEach(rounds::requireOrdinaryStep);
        yield new SpeedPart(measured, workloads(), methods, storage, rounds, pytorch);
      }
      case MEMORY -> {
        BenchmarkModel model = models(BenchmarkModel.LLAMA2_7B).get(0);
        int length = model == BenchmarkModel.TINY ? model.length() : LENGTH_OF_LARGE;
        yield new MemoryPart(
            measured,
            new Workload(model, 1, length, rank, gamma(model)),
            batches,
            MemoryPart.upTo(8),
            storage,
            limit * 1e9,
            used);
      }
      case SOAK ->
          new SoakPart(
              measured,
              workload(models(BenchmarkModel.S).get(0)),
              storage,
              steps == null ? 200 : steps,
              tooLarge == null ? device.isHost() ? 0 : 65_536 : tooLarge,
              used);
    };
  }

  private List<Workload> workloads() {
    return models(
            BenchmarkModel.S, BenchmarkModel.M, BenchmarkModel.LLAMA_1B, BenchmarkModel.LLAMA2_7B)
        .stream()
        .map(this::workload)
        .toList();
  }

  private List<BenchmarkModel> models(BenchmarkModel... otherwise) {
    return models == null ? List.of(otherwise) : models;
  }

  private Workload workload(BenchmarkModel model) {
    return new Workload(model, model.batch(), model.length(), rank, gamma(model));
  }

  private int gamma(BenchmarkModel model) {
    return Math.min(gamma, model.blocks());
  }
}
