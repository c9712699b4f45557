package org.owlore.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.owlore.examples.data.DataConfiguration.Purpose;
import org.owlore.examples.data.TokenizedData;
import org.owlore.finetune.ForwardDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.ScoresFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code owlore scores}. */
@Command(
    name = "scores",
    mixinStandardHelpOptions = true,
    description = "Scores the layers of a model, as layer sampling needs it.",
    footer = {
      "",
      "Writes {\"metric\": .., \"tau\": .., \"layers\": [{\"layer\": 0, \"score\": ..}, ..]}."
    })
final class ScoresCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private DeviceOptions device;
  @Mixin private DataOptions data;
  @Mixin private Verbosity verbosity;

  @Option(
      names = "--metric",
      defaultValue = "outlier-ratio",
      paramLabel = "NAME",
      description =
          "outlier-ratio (OWS), block-influence, relative-magnitude, weight-norm or hill-alpha"
              + " (default: ${DEFAULT-VALUE}).")
  private String metric;

  @Option(
      names = "--tau",
      defaultValue = "" + Calibration.DEFAULT_TAU,
      paramLabel = "FACTOR",
      description =
          "From which multiple of its block's mean an entry is an outlier (default:"
              + " ${DEFAULT-VALUE}).")
  private double tau;

  @Option(
      names = "--sequences",
      defaultValue = "" + Calibration.DEFAULT_SEQUENCES,
      paramLabel = "ROWS",
      description = "Rows of the data to calibrate on, from the first (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "Where to write the scores, as JSON.")
  private Path out;

  @Override
  public Integer call() {
    PrintWriter text = spec.commandLine().getOut();
    ForwardDevice.Factory where = device.forward();
    Calibration calibration = new Calibration(LayerMetric.of(metric, tau), sequences);
    LanguageModel loaded = model.load(spec.commandLine().getErr());
    TokenizedData rows =
        data.load(model.tokenizer(), loaded, Purpose.READING, spec.commandLine().getErr());
    LayerScores scores = calibration.score(loaded, rows, where);
    write(scores);
    for (int layer = 0; layer < scores.scores().size(); layer++) {
      text.printf(Locale.ROOT, "layer %3d  %.6g%n", layer, scores.scores().get(layer));
    }
    text.flush();
    return 0;
  }

  private void write(LayerScores scores) {
    try {
      if (out.toAbsolutePath().getParent() != null) {
        Files.createDirectories(out.toAbsolutePath().getParent());
      }
      ScoresFile.write(scores, out);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The scores %s cannot be written: %s.".formatted(out, e.getMessage()), e);
    }
  }
}
