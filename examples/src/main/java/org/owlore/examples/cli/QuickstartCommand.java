package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.owlore.examples.progress.TrainingProgress;
import org.owlore.examples.quickstart.Pretraining;
import org.owlore.examples.quickstart.Quickstart;
import org.owlore.examples.quickstart.Trial;
import org.owlore.examples.report.AtomicFile;
import org.owlore.examples.report.ComparisonChart;
import org.owlore.examples.report.LossChart;
import org.owlore.examples.report.Series;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.graph.LanguageModel;
import org.owlore.scoring.LayerScores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore quickstart}. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description =
        "Shows the whole job on a small model that comes along: it was pretrained on stories, and"
            + " learns to answer questions about them.")
final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--out",
      defaultValue = "quickstart",
      paramLabel = "DIR",
      description = "Where to write models, data and pictures (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--steps",
      defaultValue = "" + Quickstart.STEPS,
      paramLabel = "N",
      description = "How long to train (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--compare",
      description = "Train with every method instead of OwLore alone, and draw them side by side.")
  private boolean compare;

  @Option(
      names = "--pretrain",
      description =
          "Make the model that comes along once more, from random weights, and write it to --out.")
  private boolean pretrain;

  @Override
  public Integer call() {
    if (pretrain) {
      Pretraining pretraining = Pretraining.EMBEDDED;
      watched(pretraining.steps(), listener -> pretraining.run(out, listener));
      return 0;
    }
    Quickstart quickstart = new Quickstart(out, steps);
    LanguageModel model = quickstart.load();
    LayerScores scores = quickstart.scores(model);
    say(
        "A Llama of %d layers, pretrained on stories, has never seen a question.",
        scores.scores().size());
    say("%nOutliers of each layer, and so how often it is trained:");
    show(scores);
    say("%nHeld-out answers right before: %.1f %%", 100 * quickstart.accuracy(model));
    if (compare) {
      compare(quickstart, scores);
    } else {
      train(quickstart, model, scores);
    }
    return 0;
  }

  private void train(Quickstart quickstart, LanguageModel model, LayerScores scores) {
    Trial trial =
        watched(steps, listener -> quickstart.train(model, Method.OWLORE, scores, listener));
    quickstart.save(model, out.resolve("tuned"));
    Path picture = out.resolve("loss.svg");
    AtomicFile.write(picture, new LossChart("OwLore", new Series("loss", trial.losses())).toSvg());
    say("Held-out answers right after:  %.1f %%", 100 * trial.accuracy());
    say(
        "Optimizer state: %.2f MB, where full fine-tuning holds %.2f MB",
        trial.memory().optimizer() / 1e6, 2 * trial.memory().weights() / 1e6);
    say("Trained in %.0f s; %d weights changed", trial.seconds(), trial.changedWeights());
    say(
        "%nWritten: %s (checkpoint), %s (picture). Ask it something:",
        out.resolve("tuned"), picture);
    say(
        "./owlore generate --model %s --prompt \"Question: Anna finds a red ball. Tom goes to the"
            + " park. Anna gives the ball to Tom. Who has the ball?\\nAnswer:\"",
        out.resolve("tuned"));
  }

  private void compare(Quickstart quickstart, LayerScores scores) {
    List<Trial> trials = new ArrayList<>();
    for (Method method : Method.values()) {
      LanguageModel model = quickstart.load();
      trials.add(watched(steps, listener -> quickstart.train(model, method, scores, listener)));
    }
    say("%n%-18s %9s %9s %14s %11s %8s", "method", "loss", "right", "optimizer MB", "peak MB", "s");
    for (Trial trial : trials) {
      List<Double> losses = trial.losses();
      say(
          "%-18s %9.4f %8.1f%% %14.2f %11.2f %8.0f",
          trial.method().label(),
          mean(losses.subList(losses.size() * 9 / 10, losses.size())),
          100 * trial.accuracy(),
          trial.memory().optimizer() / 1e6,
          trial.memory().total() / 1e6,
          trial.seconds());
    }
    Path picture = out.resolve("comparison.svg");
    AtomicFile.write(
        picture,
        new ComparisonChart(
                "The same model, data and steps with each method",
                trials.stream().map(t -> new Series(t.method().label(), t.losses())).toList(),
                "optimizer state, MB",
                trials.stream().map(t -> t.memory().optimizer() / 1e6).toList())
            .toSvg());
    say("%nWritten: %s", picture);
  }

  private void show(LayerScores scores) {
    double largest = scores.scores().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    for (int layer = 0; layer < scores.scores().size(); layer++) {
      double score = scores.scores().get(layer);
      say("  layer %d  %.3f %%  %s", layer, score, "#".repeat((int) (40 * score / largest)));
    }
  }

  private static <T> T watched(int steps, Job<T> job) {
    try (TrainingProgress progress = new TrainingProgress(Terminal.progress("step", steps))) {
      return job.run(
          report -> {
            progress.update(report);
            return true;
          });
    }
  }

  /** Training that tells a listener how it goes. */
  @FunctionalInterface
  private interface Job<T> {
    T run(StepListener listener);
  }

  private void say(String format, Object... values) {
    PrintWriter text = spec.commandLine().getOut();
    text.printf(Locale.ROOT, format + "%n", values);
    text.flush();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
