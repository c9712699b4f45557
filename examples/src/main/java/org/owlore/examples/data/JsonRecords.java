package org.owlore.examples.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Records of a JSON file: an object a line, or one array of objects. */
final class JsonRecords {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader ONE_RECORD =
      MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final BufferedReader reader;
  private FieldLayout layout;

  JsonRecords(Path file, BufferedReader reader, FieldLayout layout) {
    this.file = file;
    this.reader = reader;
    this.layout = layout;
  }

  void forEach(Consumer<Example> examples) throws IOException {
    if (startsWithArray()) {
      readArray(examples);
    } else {
      readLines(examples);
    }
  }

  private boolean startsWithArray() throws IOException {
    reader.mark(1 << 16);
    int first = reader.read();
    while (Character.isWhitespace(first)) {
      first = reader.read();
    }
    reader.reset();
    return first == '[';
  }

  private void readLines(Consumer<Example> examples) throws IOException {
    long number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        examples.accept(example(ONE_RECORD.readTree(line), number));
      } catch (JsonProcessingException e) {
        throw malformed(number, e);
      }
    }
  }

  private void readArray(Consumer<Example> examples) throws IOException {
    try (JsonParser parser = MAPPER.createParser(reader)) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        long line = parser.currentLocation().getLineNr();
        examples.accept(example(parser.readValueAsTree(), line));
      }
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "%s:%d: something follows the array of records: remove it."
                .formatted(file, parser.currentLocation().getLineNr()));
      }
    } catch (JsonProcessingException e) {
      throw malformed(e.getLocation() == null ? 1 : e.getLocation().getLineNr(), e);
    }
  }

  private Example example(JsonNode dataRecord, long line) {
    try {
      layout = layout.resolve(dataRecord);
      return layout.read(dataRecord);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s:%d: %s.".formatted(file, line, e.getMessage()), e);
    }
  }

  private IllegalArgumentException malformed(long line, JsonProcessingException e) {
    String message = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    String reason = message.replaceFirst(" \\(start marker at .*", "");
    return new IllegalArgumentException(
        "%s:%d: not a JSON record: %s.".formatted(file, line, reason), e);
  }
}
