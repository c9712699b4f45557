package org.owlore.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The pretrained model that comes with the project; {@link Pretraining} made it. */
final class EmbeddedModel {
  private static final List<String> FILES =
      List.of("config.json", "model.safetensors", "tokenizer.json");

  private EmbeddedModel() {}

  /** Writes the model as a checkpoint directory. */
  static Path copyTo(Path directory) {
    try {
      Files.createDirectories(directory);
      for (String file : FILES) {
        try (InputStream in = EmbeddedModel.class.getResourceAsStream("model/" + file)) {
          Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The model cannot be written to %s: %s.".formatted(directory, e.getMessage()), e);
    }
  }
}
