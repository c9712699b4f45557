package org.owlore.examples.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import lombok.NonNull;

/** Reads the examples of a text or JSON file one after the other, in the order of the file. */
public final class ExampleReader {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final FieldLayout layout;

  /**
   * Reads with one layout.
   *
   * @param layout the fields of JSON records
   */
  public ExampleReader(@NonNull FieldLayout layout) {
    this.layout = layout;
  }

  /**
   * Reads a file: {@code .txt} holds documents separated by {@code <|endoftext|>}, {@code .jsonl} a
   * JSON object a line, {@code .json} either that or one array of objects.
   *
   * @param file UTF-8
   * @param examples gets each example as soon as it is read; blank documents are left out
   * @throws IllegalArgumentException if the file's kind is unknown, or something in it is malformed
   *     (the message names file and line)
   * @throws UncheckedIOException if the file cannot be read
   */
  public void read(@NonNull Path file, @NonNull Consumer<Example> examples) {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      skipByteOrderMark(reader);
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      if (name.endsWith(".txt")) {
        new TextDocuments(reader).forEach(examples);
      } else if (name.endsWith(".jsonl") || name.endsWith(".json")) {
        new JsonRecords(file, reader, layout).forEach(examples);
      } else {
        throw new IllegalArgumentException(
            "%s is of an unknown kind: data files end in .jsonl, .json, .txt or .npy."
                .formatted(file));
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("%s is not UTF-8 text.".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read.".formatted(file), e);
    }
  }

  /** What some editors put before the first character of UTF-8 text. */
  private static void skipByteOrderMark(BufferedReader reader) throws IOException {
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
  }
}
