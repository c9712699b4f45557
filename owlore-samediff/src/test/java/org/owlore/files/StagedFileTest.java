package org.owlore.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFileTest {
  @TempDir Path folder;

  @Test
  void aFileReplacesAnOlderOneAndLeavesNothingBesideIt() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "something longer");

    StagedFile.write(file, channel -> channel.write(bytes("new")));

    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("weights");
  }

  @Test
  void foldersAboveItAreMade() throws IOException {
    Path file = folder.resolve("a/b/weights");

    StagedFile.write(file, channel -> channel.write(bytes("new")));

    assertThat(file).hasContent("new");
  }

  @Test
  void whatWasThereStaysWhenWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("weights"), "old");

    assertThatThrownBy(
            () ->
                StagedFile.write(
                    file,
                    channel -> {
                      channel.write(bytes("ne"));
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("weights");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }
}
