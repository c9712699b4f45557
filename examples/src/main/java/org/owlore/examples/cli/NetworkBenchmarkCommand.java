package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.owlore.examples.networks.LabelledImages;
import org.owlore.examples.networks.MeasuredNetwork;
import org.owlore.examples.networks.MeasuredNetworks;
import org.owlore.examples.networks.NetworkJson;
import org.owlore.examples.networks.NetworkTables;
import org.owlore.examples.networks.StateBytes;
import org.owlore.examples.networks.StepTimes;
import org.owlore.examples.networks.TransferComparison;
import org.owlore.examples.networks.TransferResult;
import org.owlore.examples.networks.TransferSettings;
import org.owlore.examples.progress.Progress;
import org.owlore.examples.report.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore benchmark dl4j}. */
@Command(
    name = "dl4j",
    mixinStandardHelpOptions = true,
    description = {
      "Measures OwLore in Deeplearning4j networks: updater state against Adam's, steps with a few"
          + " blocks against full ones, and the accuracy of transfer learning with every method.",
      "Transfer: a perceptron that knows the digits 0-4 learns 5-9 from a few images; each method"
          + " gets the learning rate of the same grid that is best on validation images."
    })
final class NetworkBenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  /** What to measure. */
  enum Part {
    STATE,
    STEPS,
    TRANSFER
  }

  /** The networks of state and steps. */
  enum Size {
    STANDARD,
    TINY
  }

  @Option(
      names = "--parts",
      split = ",",
      defaultValue = "state,steps,transfer",
      paramLabel = "NAME",
      description = "Of state, steps and transfer (default: ${DEFAULT-VALUE}).")
  private List<Part> parts;

  @Option(
      names = "--size",
      defaultValue = "standard",
      paramLabel = "NAME",
      description =
          "standard or tiny: the networks of state and steps (default: ${DEFAULT-VALUE}).")
  private Size size;

  @Option(
      names = "--ranks",
      split = ",",
      defaultValue = "8,32",
      paramLabel = "R",
      description = "GaLore's, for the state (default: ${DEFAULT-VALUE}).")
  private int[] ranks;

  @Option(
      names = "--gamma",
      defaultValue = "2",
      paramLabel = "N",
      description = "Blocks that train at a time (default: ${DEFAULT-VALUE}).")
  private int gamma;

  @Option(
      names = "--rounds",
      defaultValue = "40",
      paramLabel = "N",
      description = "Pairs of steps that count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "Digits for the transfer, as benchmarks/dl4j/digits.py writes them.",
        "Default: images that are made up."
      })
  private Path data;

  @Option(
      names = "--seeds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Transfers of each method and learning rate (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--steps",
      defaultValue = "200",
      paramLabel = "N",
      description = "Of each transfer (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--labelled",
      defaultValue = "10",
      paramLabel = "N",
      description = "Images of each class to learn from (default: ${DEFAULT-VALUE}).")
  private int labelled;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all results.")
  private Path json;

  private PrintWriter out;
  private NetworkTables tables;

  @Override
  public Integer call() {
    out = spec.commandLine().getOut();
    tables = new NetworkTables(out);
    TransferComparison comparison = comparison();
    try (SilentConsole silent = new SilentConsole()) {
      List<StateBytes> state = parts.contains(Part.STATE) ? state() : List.of();
      List<StepTimes> times = parts.contains(Part.STEPS) ? times() : List.of();
      List<TransferResult> transfer =
          parts.contains(Part.TRANSFER) ? transfer(comparison) : List.of();
      if (json != null) {
        AtomicFile.write(json, NetworkJson.write(state, times, transfer));
      }
    }
    return 0;
  }

  private List<StateBytes> state() {
    List<StateBytes> state = new ArrayList<>();
    networks().forEach(network -> state.addAll(StateBytes.measure(network, ranks)));
    tables.printState(state);
    out.println();
    return state;
  }

  private List<StepTimes> times() {
    List<StepTimes> times = new ArrayList<>();
    steppedNetworks().forEach(network -> times.add(StepTimes.measure(network, gamma, rounds)));
    tables.printTimes(times);
    out.println();
    return times;
  }

  private List<TransferResult> transfer(TransferComparison comparison) {
    List<TransferResult> results;
    try (Progress progress = Terminal.progress("run", comparison.runs())) {
      results = comparison.run(run -> progress.update(run, ""));
    }
    tables.printTransfer(comparison, results);
    return results;
  }

  private List<MeasuredNetwork> networks() {
    return size == Size.TINY ? MeasuredNetworks.tiny() : MeasuredNetworks.standard();
  }

  private List<MeasuredNetwork> steppedNetworks() {
    List<MeasuredNetwork> stepped = new ArrayList<>(networks());
    if (size == Size.STANDARD) {
      stepped.addAll(MeasuredNetworks.standardWithFrozenEmbeddings());
    }
    return stepped;
  }

  private TransferComparison comparison() {
    LabelledImages images =
        data == null ? LabelledImages.synthetic(180, 1) : LabelledImages.read(data);
    return new TransferComparison(
        images,
        TransferSettings.builder()
            .seeds(seeds)
            .steps(steps)
            .labelled(labelled)
            .gamma(gamma)
            .build());
  }
}
