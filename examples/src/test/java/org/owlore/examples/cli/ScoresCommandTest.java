package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.testing.SharedData;

class ScoresCommandTest {
  @TempDir Path folder;
  private Path model;
  private Path data;

  @BeforeEach
  void writeInputs() throws IOException {
    model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    data = Files.writeString(folder.resolve("a.txt"), "Some text.<|endoftext|>And some more.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outlier-ratio",
        "block-influence",
        "relative-magnitude",
        "weight-norm",
        "hill-alpha"
      })
  void everyMetricGivesAScoreForEveryLayer(String metric) throws IOException {
    Path file = folder.resolve("new/scores.json");

    owlore(
            "scores",
            "--model",
            model,
            "--data",
            data,
            "--metric",
            metric,
            "--tau",
            2,
            "--out",
            file)
        .succeeds();

    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("metric").asText()).isEqualTo(metric);
    assertThat(json.get("layers")).hasSize(TinyModel.LAYERS);
    assertThat(json.get("layers").get(2).get("layer").asInt()).isEqualTo(2);
    assertThat(json.get("layers").get(2).get("score").isNumber()).isTrue();
  }

  @Test
  void theFirstSequencesAreTheOnesThatCount() throws IOException {
    assertThat(scores(data, "--sequences", 1))
        .isEqualTo(scores(Files.writeString(folder.resolve("b.txt"), "Some text.")))
        .isNotEqualTo(scores(data));
  }

  @Test
  void mistakesAreOneSentence() {
    owlore("scores", "--model", model, "--data", data, "--metric", "beauty", "--out", "x")
        .failsWith("beauty");
    owlore("scores", "--model", model, "--data", data, "--sequences", 0, "--out", "x")
        .failsWith("it must be at least 1");
    owlore("scores", "--model", model, "--data", folder.resolve("none.txt"), "--out", "x")
        .failsWith("There is no data file");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() {
    owlore("scores", "--model", model, "--data", data, "--out", data.resolve("scores.json"))
        .failsWith("scores.json cannot be written: ");
  }

  @Test
  void realScoresAreThoseOfTheReference() throws IOException {
    Path stories = SharedData.require("data/stories260K");
    Path tokens = SharedData.require("golden/scores/calibration_tokens.npy");
    Path file = folder.resolve("scores.json");

    owlore("scores", "--model", stories, "--data", tokens, "--tau", 5, "--out", file).succeeds();

    var expected = SharedData.json("golden/scores/scores.json").at("/outlier_ratio_percent/5");
    JsonNode layers = new ObjectMapper().readTree(file.toFile()).get("layers");
    assertThat(layers).hasSize(expected.size());
    for (int layer = 0; layer < expected.size(); layer++) {
      assertThat(layers.get(layer).get("score").asDouble())
          .isCloseTo(expected.get(layer).asDouble(), withinPercentage(0.1));
    }
  }

  private String scores(Path file, Object... more) throws IOException {
    Path out = folder.resolve("s.json");
    Object[] arguments = {"scores", "--model", model, "--data", file, "--tau", 2, "--out", out};
    Object[] all = Stream.of(arguments, more).flatMap(Arrays::stream).toArray();
    owlore(all).succeeds();
    return Files.readString(out);
  }
}
