package org.owlore.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSampler;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.ScoresFile;
import picocli.CommandLine.Option;

/** Mixin: which layers train when. */
final class SamplingOptions {
  private static final ObjectReader LAYERS =
      new ObjectMapper()
          .readerFor(new TypeReference<List<List<Integer>>>() {})
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .without(DeserializationFeature.ACCEPT_FLOAT_AS_INT);

  @Option(
      names = "--gamma",
      defaultValue = "5",
      paramLabel = "LAYERS",
      description = "How many layers train at a time (default: ${DEFAULT-VALUE}).")
  private int gamma;

  @Option(
      names = "--interval",
      defaultValue = "50",
      paramLabel = "STEPS",
      description = "How long they stay the same (default: ${DEFAULT-VALUE}).")
  private long interval;

  @Option(
      names = "--draw",
      defaultValue = "exact",
      paramLabel = "NAME",
      description =
          "exact: always as many as --gamma says; bernoulli: each on its own, as many on average"
              + " (default: ${DEFAULT-VALUE}).")
  private Draw draw;

  @Option(
      names = "--scores",
      paramLabel = "FILE",
      description =
          "Scores of the layers, from owlore scores (default: outlier ratios on the data itself).")
  private Path scores;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description =
          "Layers to train instead of drawing: a JSON array of arrays of layer numbers, entry i for"
              + " the i-th interval.")
  private Path schedule;

  int gamma() {
    return gamma;
  }

  long interval() {
    return interval;
  }

  Draw draw() {
    return draw;
  }

  /**
   * The sampler that these options describe.
   *
   * @throws IllegalArgumentException if gamma does not fit the number of layers
   */
  LayerSampler sampler(LayerDistribution distribution, long seed) {
    return LayerSampler.builder()
        .distribution(distribution)
        .gamma(gamma)
        .draw(draw)
        .seed(seed)
        .build();
  }

  /**
   * The scores that were given.
   *
   * @throws IllegalArgumentException if they are of a model with more or fewer layers
   */
  Optional<LayerScores> scores(int layers) throws IOException {
    if (scores == null) {
      return Optional.empty();
    }
    LayerScores read = ScoresFile.read(scores);
    if (read.scores().size() != layers) {
      throw new IllegalArgumentException(
          "%s scores %d layers, but the model has %d."
              .formatted(scores, read.scores().size(), layers));
    }
    return Optional.of(read);
  }

  /** The layers of each interval, or null if they are to be drawn. */
  List<List<Integer>> schedule() throws IOException {
    if (schedule == null) {
      return null;
    }
    if (!Files.isRegularFile(schedule)) {
      throw new IllegalArgumentException("There is no schedule file %s.".formatted(schedule));
    }
    try {
      List<List<Integer>> layers = LAYERS.readValue(Files.readAllBytes(schedule));
      if (layers != null && layers.stream().allMatch(Objects::nonNull)) {
        return layers;
      }
      throw malformed(null);
    } catch (JsonProcessingException | CharConversionException e) {
      throw malformed(e);
    }
  }

  private IllegalArgumentException malformed(IOException cause) {
    return new IllegalArgumentException(
        "The schedule %s is not a JSON array of arrays of layer numbers.".formatted(schedule),
        cause);
  }
}
