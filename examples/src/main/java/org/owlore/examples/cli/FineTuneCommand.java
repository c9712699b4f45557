package org.owlore.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.examples.data.TokenBatches;
import org.owlore.examples.data.TokenizedData;
import org.owlore.examples.progress.TrainingProgress;
import org.owlore.examples.report.Bytes;
import org.owlore.examples.report.StepLog;
import org.owlore.examples.report.TrainingProfile;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.NarrowUpdate;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.graph.ModelInput;
import org.owlore.sampling.LayerDistribution;
import org.owlore.scoring.LayerScores;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore finetune}. */
@Command(
    name = "finetune",
    mixinStandardHelpOptions = true,
    description = "Fine-tunes a model, and writes it back in the format it came in.")
final class FineTuneCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DataOptions data;
  @Mixin private SamplingOptions sampling;
  @Mixin private GaLoreOptions galore;
  @Mixin private LearningRateOptions learningRate;
  @Mixin private BatchSizeOption batchSize;
  @Mixin private DeviceOptions device;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "NAME",
      description =
          "full, galore, lisa, lisa-d, owlore-full-rank or owlore: all layers or sampled ones, with"
              + " Adam's state in full or in a subspace.")
  private Method method;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description =
          "Where to write the fine-tuned model, in the format it came in: a directory, or a file (of"
              + " an ONNX model also .safetensors, its weights alone).")
  private Path out;

  @ArgGroup private Length length = new Length();

  @Option(
      names = "--checkpointing",
      defaultValue = "none",
      paramLabel = "none|block",
      description =
          "block: keep only what enters and leaves each block for the backward pass and compute the"
              + " rest again, in a fraction of the memory and a third more time, up to half more"
              + " where few layers train (default: ${DEFAULT-VALUE}).")
  private Checkpointing checkpointing;

  @Option(
      names = "--frozen-state",
      defaultValue = "kept",
      paramLabel = "kept|offloaded|dropped",
      description =
          "What becomes of a layer's optimizer state while it is frozen; offloaded, it moves from"
              + " the GPU to the host (on the CPU, as kept); dropped, it starts anew (default: ${DEFAULT-VALUE}).")
  private FrozenState frozenState;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      paramLabel = "X",
      description = "Decoupled weight decay (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--narrow-update",
      defaultValue = "stochastic-rounding",
      paramLabel = "HOW",
      description =
          "How bf16 and f16 weights take up updates: stochastic-rounding, or masters, a float32 copy"
              + " of what is being trained (default: ${DEFAULT-VALUE}).")
  private NarrowUpdate narrowUpdate;

  @Option(
      names = "--shuffle",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Take the rows of each epoch in random order (default: ${DEFAULT-VALUE}).")
  private boolean shuffle;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of everything that is random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Write a JSON object for each step: step, loss, active, learningRate, tokens, seconds,"
              + " peakBytes.")
  private Path log;

  @Option(
      names = "--profile",
      arity = "0..1",
      fallbackValue = "15",
      paramLabel = "ROWS",
      description =
          "Show in the end where the time of the steps went, by operation (the slowest ROWS of"
              + " them, 15 unless given) and by part of the model. The first step counts only if it"
              + " is the only one.")
  private Integer profileRows;

  /** How long to train. */
  private static final class Length {
    @Option(
        names = "--epochs",
        defaultValue = "1",
        paramLabel = "N",
        description = "How often to go through the data (default: ${DEFAULT-VALUE}).")
    private int epochs = 1;

    @Option(
        names = "--steps",
        paramLabel = "N",
        description = "How many steps to make, instead of --epochs.")
    private Long steps;

    long steps(BatchSource batches) {
      long asked = steps == null ? epochs * batches.stepsPerEpoch() : steps;
      if (asked < 1 || asked > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%d steps were asked for; it must be from 1 to %d: change --steps or --epochs."
                .formatted(asked, Integer.MAX_VALUE));
      }
      return asked;
    }
  }

  @Override
  public Integer call() throws IOException {
    requireOtherDirectory();
    requireProfileRows();
    TrainingDevice.Factory where = device.factory();
    List<List<Integer>> schedule = sampling.schedule();
    model.open().requireSavable(out);
    LanguageModel loaded = model.loadCausal(spec.commandLine().getErr());
    Optional<LayerScores> scores = sampling.scores(loaded.layers().size());
    TokenizedData rows =
        data.load(model.tokenizer(), loaded, Purpose.PREDICTING, spec.commandLine().getErr());
    BatchSource batches = batches(rows, loaded.input());
    long steps = length.steps(batches);
    FineTuneConfiguration configuration = configuration(loaded, steps, schedule);
    if (method.needsScores() && schedule == null) {
      LayerScores found = scores.orElseGet(() -> scored(loaded, rows));
      configuration = configuration.toBuilder().scores(found).build();
    }
    NothingSaved.notes(loaded, configuration)
        .forEach(note -> spec.commandLine().getErr().println("note: " + note));
    FineTuneReport report;
    TrainingProfile profile = new TrainingProfile(loaded.layers());
    try (FineTuner tuner = new FineTuner(loaded, configuration, where)) {
      report = fit(tuner, batches, steps, profile);
    }
    Path written = model.open().save(loaded, out);
    summarize(report, loaded.layers(), written);
    if (profileRows != null) {
      profile.print(spec.commandLine().getOut(), profileRows);
    }
    return 0;
  }

  private LayerScores scored(LanguageModel loaded, TokenizedData rows) {
    PrintWriter text = spec.commandLine().getOut();
    text.println("scoring the layers, since no --scores are given");
    text.flush();
    return Calibration.OUTLIERS.score(loaded, rows, device.forward());
  }

  private BatchSource batches(TokenizedData rows, ModelInput input) {
    int size = batchSize.rows(input);
    TokenBatches batches =
        shuffle ? TokenBatches.shuffled(rows, size, seed) : TokenBatches.cyclic(rows, size);
    return batches.fitting(input);
  }

  /** Everything but the scores, so that mistakes are found before the layers are scored. */
  private FineTuneConfiguration configuration(
      LanguageModel loaded, long steps, List<List<Integer>> schedule) {
    LayerDistribution uniform = LayerDistribution.uniform(loaded.layers().size());
    if (method.samplesLayers() && schedule == null) {
      sampling.sampler(uniform, seed);
    }
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(galore.updater(learningRate.schedule(steps), seed))
        .weightDecay(weightDecay)
        .narrowUpdate(narrowUpdate)
        .distribution(uniform)
        .gamma(sampling.gamma())
        .interval(sampling.interval())
        .draw(sampling.draw())
        .fixedSchedule(schedule)
        .checkpointing(checkpointing)
        .frozenState(frozenState)
        .seed(seed)
        .build();
  }

  /** Found out before the training rather than after it. */
  private void requireOtherDirectory() throws IOException {
    if (Files.exists(out) && Files.exists(model.path()) && Files.isSameFile(out, model.path())) {
      throw new IllegalArgumentException(
          "--out is the %s that the model comes from: give another one."
              .formatted(Files.isDirectory(out) ? "directory" : "file"));
    }
  }

  private void requireProfileRows() {
    if (profileRows != null && profileRows < 1) {
      throw new IllegalArgumentException(
          "--profile is to show %d rows; it must be at least 1.".formatted(profileRows));
    }
    if (profileRows != null && !device.isHost()) {
      throw new IllegalArgumentException(
          "--profile takes the time of the host's steps: leave it out with --device %s."
              .formatted(device.device()));
    }
  }

  private FineTuneReport fit(
      FineTuner tuner, BatchSource batches, long steps, TrainingProfile profile) {
    try (StepLog steplog = log == null ? null : StepLog.create(log);
        TrainingProgress progress = new TrainingProgress(Terminal.progress("step", steps))) {
      return tuner.fit(
          batches,
          steps,
          report -> {
            if (steplog != null) {
              steplog.write(report);
            }
            progress.update(report);
            if (profileRows != null && (report.step() > 0 || steps == 1)) {
              profile.add(report.profile());
            }
            return true;
          });
    }
  }

  private void summarize(FineTuneReport report, LayerMap layers, Path written) {
    PrintWriter text = spec.commandLine().getOut();
    List<Double> losses = report.losses();
    int tenth = Math.max(1, losses.size() / 10);
    text.printf(
        Locale.ROOT,
        "%,d steps; mean loss %.4f in the first tenth, %.4f in the last; layers %s trained, %d of %d"
            + " weight tensors changed; peak memory %s %s (weights %s, optimizer %s, activations and the like %s)%n",
        report.steps(),
        mean(losses.subList(0, tenth)),
        mean(losses.subList(losses.size() - tenth, losses.size())),
        report.sampled(),
        report.changed().size(),
        weights(layers),
        Bytes.text(report.peak().total()),
        device.isHost() ? "off the heap" : "on " + device.device(),
        Bytes.text(report.peak().weights()),
        Bytes.text(report.peak().optimizer()),
        Bytes.text(report.peak().workspace()));
    text.printf("written to %s%n", written);
    text.flush();
  }

  private static long weights(LayerMap layers) {
    long ends = layers.embedding().size() + layers.finalNorm().size() + layers.head().size();
    return ends + layers.layers().stream().mapToLong(layer -> layer.variables().size()).sum();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
