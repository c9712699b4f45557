package org.owlore.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The reference data beside the project: golden values from PyTorch, real checkpoints, real text.
 *
 * <p>Found by the system property or environment variable {@code OWLORE_SHARED}, else in the folder
 * {@code shared} beside the project. Tests that need it are skipped where it is absent.
 */
public final class SharedData {
  private static final String NAME = "OWLORE_SHARED";

  private SharedData() {}

  /**
   * A file or folder of the reference data; skips the calling test where it is absent.
   *
   * @param relative path below the folder, e.g. {@code golden/forward}
   */
  public static Path require(String relative) {
    Path path = root().resolve(relative);
    assumeTrue(
        Files.exists(path), () -> "skipped: no reference data at " + path + " (" + NAME + ")");
    return path;
  }

  /** Reads a {@code .npy} file of the reference data. */
  public static INDArray array(String relative) {
    return Nd4j.createFromNpyFile(require(relative).toFile());
  }

  /** Reads a JSON file of the reference data. */
  public static JsonNode json(String relative) {
    try {
      return new ObjectMapper().readTree(require(relative).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    String configured = System.getProperty(NAME, System.getenv(NAME));
    if (configured != null) {
      return Path.of(configured);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
    }
    return folder == null ? Path.of("shared") : folder.resolveSibling("shared");
  }
}
