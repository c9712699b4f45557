package org.owlore.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that vanish when the tests end. */
public final class TemporaryFiles {
  private TemporaryFiles() {}

  /** A file in a folder of its own. */
  public static Path file(String name) {
    try {
      Path folder = Files.createTempDirectory("owlore");
      folder.toFile().deleteOnExit();
      Path file = folder.resolve(name);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
