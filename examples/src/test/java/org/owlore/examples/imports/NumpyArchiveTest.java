package org.owlore.examples.imports;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyArchiveTest {

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> NumpyArchive.read(folder.resolve("absent.npz")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("absent.npz");
  }
}
