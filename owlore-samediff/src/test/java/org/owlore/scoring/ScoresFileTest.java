package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoresFileTest {
  private static final LayerScores SCORES =
      new LayerScores("outlier-ratio", OptionalDouble.of(13), List.of(0.41, 0.0, 1 / 3.0));

  @TempDir Path folder;

  @Test
  void writesTheDocumentedFormat() throws IOException {
    ScoresFile.write(SCORES, folder.resolve("scores.json"));

    assertThat(folder.resolve("scores.json"))
        .hasContent(
            "{\"metric\":\"outlier-ratio\",\"tau\":13.0,\"layers\":[{\"layer\":0,\"score\":0.41},"
                + "{\"layer\":1,\"score\":0.0},{\"layer\":2,\"score\":0.3333333333333333}]}\n");
  }

  @Test
  void aFolderIsSaidToBeOne() {
    assertThatThrownBy(() -> ScoresFile.read(folder))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(folder + ": this is a folder, not a scores file");
  }

  @Test
  void readsWhatItWrote() throws IOException {
    ScoresFile.write(SCORES, folder.resolve("scores.json"));

    assertThat(ScoresFile.read(folder.resolve("scores.json"))).isEqualTo(SCORES);
  }

  @Test
  void keepsMetricsWithoutAThreshold() throws IOException {
    LayerScores scores = LayerScores.of("weight-norm", DoubleStream.of(2, 3));
    ScoresFile.write(scores, folder.resolve("scores.json"));

    assertThat(folder.resolve("scores.json")).content().contains("\"tau\":null");
    assertThat(ScoresFile.read(folder.resolve("scores.json"))).isEqualTo(scores);
  }

  @Test
  void replacesAFileAndLeavesNothingBeside() throws IOException {
    Path file = Files.writeString(folder.resolve("scores.json"), "old");

    ScoresFile.write(SCORES, file);

    assertThat(ScoresFile.read(file)).isEqualTo(SCORES);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void refusesAFolderThatDoesNotExist() {
    assertThatThrownBy(() -> ScoresFile.write(SCORES, Path.of("no-such-folder", "scores.json")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readsLayersInAnyOrder() throws IOException {
    assertThat(
            read("{'metric':'mine','layers':[{'layer':1,'score':5},{'layer':0,'score':4}]}")
                .scores())
        .containsExactly(4.0, 5.0);
  }

  @Test
  void refusesAMissingFile() {
    assertThatThrownBy(() -> ScoresFile.read(folder.resolve("absent.json")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(folder.resolve("absent.json") + ": there is no scores file of this name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | has no \"metric\" with the name of a metric",
        "`` | has no \"metric\" with the name of a metric",
        "{'metric':3} | has no \"metric\" with the name of a metric",
        "{'metric':'m','tau':'13'} | has a \"tau\" that is no number: \"13\"",
        "{'metric':'m'} | has no \"layers\" with one entry a layer",
        "{'metric':'m','layers':[]} | has no \"layers\" with one entry a layer",
        "{'metric':'m','layers':[1]} | has an entry without a \"layer\" number: 1",
        "{'metric':'m','layers':[{'layer':0.5,'score':1}]} | has an entry without a \"layer\" number: {\"layer\":0.5,\"score\":1}",
        "{'metric':'m','layers':[{'layer':1,'score':1}]} | has 1 entries but one for layer 1: layers are numbered from 0 without gaps",
        "{'metric':'m','layers':[{'layer':-1,'score':1}]} | has 1 entries but one for layer -1: layers are numbered from 0 without gaps",
        "{'metric':'m','layers':[{'layer':0,'score':1},{'layer':0,'score':1}]} | has two entries for layer 0",
        "{'metric':'m','layers':[{'layer':0}]} | has an entry without a finite \"score\": {\"layer\":0}",
        "{'metric':'m','layers':[{'layer':0,'score':'NaN'}]} | has an entry without a finite \"score\": {\"layer\":0,\"score\":\"NaN\"}",
        "{'metric':'m','layers':[{'layer':0,'score':1e999}]} | has an entry without a finite \"score\": {\"layer\":0,\"score\":\"Infinity\"}",
      })
  void refusesAnotherFormat(String json, String problem) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The scores file " + folder.resolve("scores.json") + " " + problem + ".");
  }

  @Test
  void refusesWhatIsNoJson() {
    assertThatThrownBy(() -> read("{'metric':"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The scores file " + folder.resolve("scores.json") + " is not JSON: ");
  }

  private LayerScores read(String json) throws IOException {
    return ScoresFile.read(
        Files.writeString(folder.resolve("scores.json"), json.replace('\'', '"')));
  }
}
