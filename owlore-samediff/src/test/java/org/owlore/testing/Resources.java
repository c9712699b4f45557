package org.owlore.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that come with the tests. */
public final class Resources {
  private Resources() {}

  /**
   * Copies a resource into a folder, under its own name.
   *
   * @param name from the root, such as {@code org/owlore/tensorflow/causal/model.pb}
   */
  public static Path copy(String name, Path folder) throws IOException {
    try (InputStream in = Resources.class.getClassLoader().getResourceAsStream(name)) {
      Path file = folder.resolve(name.substring(name.lastIndexOf('/') + 1));
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    }
  }
}
