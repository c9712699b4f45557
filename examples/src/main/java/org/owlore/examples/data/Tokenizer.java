package org.owlore.examples.data;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import lombok.NonNull;

/**
 * Text to token ids and back, by the {@code tokenizer.json} of a checkpoint. Holds native memory
 * until closed.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> WHOLE_TEXTS =
      Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer delegate;
  private final SpecialTokens specialTokens;

  private Tokenizer(HuggingFaceTokenizer delegate, SpecialTokens specialTokens) {
    this.delegate = delegate;
    this.specialTokens = specialTokens;
  }

  /**
   * Loads a tokenizer.
   *
   * @param location a {@code tokenizer.json}, or a directory that holds it, such as a Hugging Face
   *     checkpoint; files beside it tell where texts end
   * @throws IllegalArgumentException if {@code tokenizer.json} is absent or malformed
   */
  public static Tokenizer load(@NonNull Path location) {
    Path file = Files.isRegularFile(location) ? location : location.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s has no tokenizer.json: text needs the model's tokenizer, so copy that file there, or name it with --tokenizer."
              .formatted(location));
    }
    return new Tokenizer(delegate(file), SpecialTokens.read(file.toAbsolutePath().getParent()));
  }

  private static HuggingFaceTokenizer delegate(Path file) {
    try (InputStream json = Files.newInputStream(file)) {
      return HuggingFaceTokenizer.newInstance(json, WHOLE_TEXTS);
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new IllegalArgumentException(
          "%s cannot be loaded as a Hugging Face tokenizer: %s.".formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * The ids of a text that is to be continued: with the beginning that the tokenizer itself adds,
   * if any, and without an end.
   */
  public int[] encode(@NonNull String text) {
    Encoding encoding = delegate.encode(text);
    long[] ids = encoding.getIds();
    int length = ids.length;
    while (length > 0 && encoding.getSpecialTokenMask()[length - 1] == 1 && ends(ids[length - 1])) {
      length--;
    }
    return Arrays.stream(ids, 0, length).mapToInt(Math::toIntExact).toArray();
  }

  /** The text of some ids, special tokens left out. */
  public String decode(@NonNull int[] ids) {
    return delegate.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** The ids that end a text. */
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  @Override
  public void close() {
    delegate.close();
  }

  private boolean ends(long id) {
    return specialTokens.stops().contains(Math.toIntExact(id));
  }
}
