package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResidentMemoryTest {

  @TempDir private Path folder;

  @Test
  void kibibytesOfTheStatusFileBecomeBytes() throws IOException {
    Path status =
        Files.writeString(
            folder.resolve("status"), "Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t  1234 kB\n");

    assertThat(ResidentMemory.from(status)).hasValue(1234 * 1024);
  }

  @Test
  void aSystemThatDoesNotTellIsNoError() throws IOException {
    assertThat(ResidentMemory.from(folder.resolve("none"))).isEmpty();
    assertThat(ResidentMemory.from(Files.writeString(folder.resolve("other"), "Name:\tjava\n")))
        .isEmpty();
  }
}
