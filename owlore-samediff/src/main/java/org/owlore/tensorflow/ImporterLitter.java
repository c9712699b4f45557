package org.owlore.tensorflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The lists that the importer of 1.0.0-M2.1 leaves in the working directory at each import. */
final class ImporterLitter implements AutoCloseable {
  private final List<Path> absent;

  /** Takes note of what does not exist yet. */
  ImporterLitter() {
    this.absent =
        Stream.of(
                "variables-added-old.txt",
                "ops-imported-old.txt",
                "ops-added-old.txt",
                "ops-removed-old.txt")
            .map(Path::of)
            .filter(Files::notExists)
            .toList();
  }

  /** Removes what has come since. */
  @Override
  public void close() {
    try {
      for (Path file : absent) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("What the TensorFlow importer left cannot be removed.", e);
    }
  }
}
