package org.owlore.examples.data;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import lombok.NonNull;

/** Reads a data file of any known kind as rows of tokens. */
public final class DataLoader {
  private final Path checkpoint;
  private final DataConfiguration configuration;

  /**
   * Loads data for one model.
   *
   * @param checkpoint the model's directory; its tokenizer is loaded only if the data is text
   * @param configuration how the data becomes rows
   */
  public DataLoader(@NonNull Path checkpoint, @NonNull DataConfiguration configuration) {
    this.checkpoint = checkpoint;
    this.configuration = configuration;
  }

  /**
   * Reads a file: {@code .jsonl}, {@code .json}, {@code .txt} (see {@link ExampleReader}) or {@code
   * .npy} (see {@link TokenFile}).
   *
   * @return at least one row
   * @throws IllegalArgumentException if the file does not exist, is malformed or leaves no row, or
   *     if it is text and the model has no tokenizer
   * @throws UncheckedIOException if the file cannot be read
   */
  public TokenizedData load(@NonNull Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("There is no data file %s.".formatted(file));
    }
    RowCollector rows = new RowCollector(configuration);
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
      for (int[] ids : TokenFile.read(file)) {
        rows.addInstruction(ids, 1);
      }
    } else {
      encode(file, rows);
    }
    return requireRows(file, rows.finish());
  }

  private void encode(Path file, RowCollector rows) {
    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      RowEncoder encoder = new RowEncoder(tokenizer, configuration.getTemplate());
      new ExampleReader(configuration.getLayout())
          .read(file, example -> encoder.encode(example, rows));
    }
  }

  private TokenizedData requireRows(Path file, TokenizedData data) {
    if (data.examples() == 0) {
      throw new IllegalArgumentException("%s holds no examples.".formatted(file));
    }
    if (data.rows().isEmpty()) {
      throw new IllegalArgumentException(
          "All %d examples of %s are useless at a maximum length of %d tokens, because nothing to learn is left after cutting: raise --max-length."
              .formatted(data.examples(), file, configuration.getMaximumLength()));
    }
    return data;
  }
}
