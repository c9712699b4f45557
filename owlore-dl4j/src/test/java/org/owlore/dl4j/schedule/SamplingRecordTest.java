package org.owlore.dl4j.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.ScoresFile;

class SamplingRecordTest {
  private static final List<String> BLOCKS = List.of("layer0+layer1", "layer2");

  private static final LayerScores SCORES =
      new LayerScores("outlier-ratio", OptionalDouble.of(3), List.of(0.1, 1.0 / 3, 0.0));

  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() {
    SamplingRecord record = new SamplingRecord(Optional.of(SCORES), 117, BLOCKS);
    record.write(file());
    assertThat(SamplingRecord.read(file())).isEqualTo(record);
  }

  @Test
  void aRecordWithoutScoresIsReadWithoutScores() {
    SamplingRecord record = new SamplingRecord(Optional.empty(), 0, BLOCKS);
    record.write(file());
    assertThat(SamplingRecord.read(file())).isEqualTo(record);
  }

  @Test
  void aRecordIsAScoresFile() throws IOException {
    new SamplingRecord(Optional.of(SCORES), 117, BLOCKS).write(file());
    assertThat(ScoresFile.read(file())).isEqualTo(SCORES);
  }

  @Test
  void aFileThatExistsIsReplaced() {
    new SamplingRecord(Optional.of(SCORES), 117, BLOCKS).write(file());
    new SamplingRecord(Optional.empty(), 5, BLOCKS).write(file());
    assertThat(SamplingRecord.read(file()).firstIteration()).isEqualTo(5);
  }

  @Test
  void nothingElseIsLeftInTheFolder() throws IOException {
    new SamplingRecord(Optional.of(SCORES), 117, BLOCKS).write(file());
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void aFolderThatDoesNotExistIsMade() {
    Path file = folder.resolve("of").resolve("a-run").resolve("sampling.json");
    new SamplingRecord(Optional.empty(), 4, BLOCKS).write(file);
    assertThat(SamplingRecord.read(file).firstIteration()).isEqualTo(4);
  }

  @Test
  void aPlaceInsideAFileCannotBeWrittenTo() throws IOException {
    Files.writeString(file(), "");
    Path inside = file().resolve("sampling.json");
    assertThatThrownBy(() -> new SamplingRecord(Optional.empty(), 0, BLOCKS).write(inside))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("The sampling file " + inside + " cannot be written.");
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    new SamplingRecord(Optional.of(SCORES), 117, BLOCKS).write(file());
    String whole = Files.readString(file());
    Files.writeString(file(), whole.substring(0, whole.length() / 2));
    assertThatThrownBy(() -> SamplingRecord.read(file()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The sampling file " + file() + " is not JSON: ");
  }

  @Test
  void whatIsNotJsonIsRefused() throws IOException {
    Files.writeString(file(), "firstIteration=3");
    assertThatThrownBy(() -> SamplingRecord.read(file()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The sampling file " + file() + " is not JSON: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "7",
        "null",
        "{\"firstIteration\": null}",
        "{\"firstIteration\": -1}",
        "{\"firstIteration\": 1.5}",
        "{\"firstIteration\": \"3\"}",
        "{\"firstIteration\": 3000000000}"
      })
  void aFileWithoutAFirstIterationIsRefused(String text) throws IOException {
    Files.writeString(file(), text);
    assertThatThrownBy(() -> SamplingRecord.read(file()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The sampling file %s has no \"firstIteration\": it was not written by the sampler of a DL4J network."
                .formatted(file()));
  }

  @Test
  void scoresThatAreNoneAreRefusedInTheWordsOfTheScoresFile() throws IOException {
    Files.writeString(
        file(), "{\"firstIteration\": 3, \"metric\": \"mine\", \"layers\": [{\"layer\": 0}]}");
    assertThatThrownBy(() -> SamplingRecord.read(file()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The scores file " + file() + " has an entry without a finite");
  }

  @Test
  void aFolderIsNoRecord() {
    assertThatThrownBy(() -> SamplingRecord.read(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("The sampling file " + folder + " cannot be read.");
  }

  @Test
  void aFileThatIsAbsentCannotBeRead() {
    assertThatThrownBy(() -> SamplingRecord.read(file()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("The sampling file " + file() + " cannot be read.");
  }

  private Path file() {
    return folder.resolve("sampling.json");
  }
}
