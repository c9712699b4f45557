package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void aFileReplacesAnOlderOneAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("new/scores.json");
    AtomicFile.write(file, "old and long");
    AtomicFile.write(file, "new");

    assertThat(file).hasContent("new");
    assertThat(file.getParent()).isDirectoryContaining(file::equals);
    try (var files = Files.list(file.getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsAnError() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> AtomicFile.write(file.resolve("scores.json"), "x"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("scores.json cannot be written: ");
  }
}
