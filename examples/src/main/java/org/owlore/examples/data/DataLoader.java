package org.owlore.examples.data;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npy")) {
      RowCollector rows = new RowCollector(configuration);
      for (int[] ids : TokenFile.read(file)) {
        rows.addRow(ids, 1);
      }
      return requireRows(file, rows.finish());
    }
    ExampleReader reader = new ExampleReader(configuration.getLayout());
    return requireRows(file, encode(examples -> reader.read(file, examples)));
  }

  /**
   * Puts examples that need no file into rows.
   *
   * @return no row if there is no example
   * @throws IllegalArgumentException if the model has no tokenizer
   */
  public TokenizedData load(@NonNull Stream<Example> examples) {
    return encode(examples::forEach);
  }

  private TokenizedData encode(Consumer<Consumer<Example>> examples) {
    RowCollector rows = new RowCollector(configuration);
    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      RowEncoder encoder = new RowEncoder(tokenizer, configuration.getTemplate());
      examples.accept(example -> encoder.encode(example, rows));
    }
    return rows.finish();
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
