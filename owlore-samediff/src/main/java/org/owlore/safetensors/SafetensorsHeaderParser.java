package org.owlore.safetensors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lombok.RequiredArgsConstructor;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.owlore.files.CheckpointException;

/**
 * Reads and checks the JSON of a safetensors file.
 *
 * <p>Token by token and never deeper than the format goes, so that a hostile header costs no more
 * memory than its own length. The checks are those of the reference implementation: known number
 * types, bytes equal to shape times size, and tensors that fill the file without gap or overlap.
 */
@RequiredArgsConstructor
final class SafetensorsHeaderParser {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String METADATA = "__metadata__";

  /** The file's name for messages. */
  private final String file;

  /** Bytes in the file behind the header. */
  private final long dataBytes;

  private final Map<String, TensorEntry> entries = new LinkedHashMap<>();

  SafetensorsHeader parse(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT, "is not a JSON object");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        readField(parser);
      }
      expect(parser.nextToken() == null, "goes on behind the closing brace");
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "The header of " + file + " is not valid JSON: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new CheckpointException("The header of " + file + " cannot be read.", e);
    }
    checkLayout();
    return new SafetensorsHeader(json, entries);
  }

  private void readField(JsonParser parser) throws IOException {
    String name = parser.getCurrentName();
    parser.nextToken();
    if (name.equals(METADATA)) {
      checkMetadata(parser);
      return;
    }
    TensorEntry entry = readEntry(parser, name);
    expect(entries.put(name, entry) == null, "lists tensor " + name + " twice");
  }

  private void checkMetadata(JsonParser parser) throws IOException {
    boolean valid = parser.currentToken() == JsonToken.START_OBJECT;
    while (valid && parser.nextToken() == JsonToken.FIELD_NAME) {
      valid = parser.nextToken() == JsonToken.VALUE_STRING;
    }
    expect(valid, "has a " + METADATA + " that is no map of strings");
  }

  private TensorEntry readEntry(JsonParser parser, String name) throws IOException {
    expect(
        parser.currentToken() == JsonToken.START_OBJECT,
        "has no {dtype, shape, data_offsets} for tensor " + name);
    String type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.getCurrentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> type = parser.getValueAsString();
        case "shape" -> shape = readNumbers(parser, name, field);
        case "data_offsets" -> offsets = readNumbers(parser, name, field);
        default ->
            expect(
                parser.currentToken().isScalarValue(),
                "gives tensor " + name + " the unknown field " + field);
      }
    }
    expect(
        type != null && shape != null && offsets != null,
        "has no {dtype, shape, data_offsets} for tensor " + name);
    expect(
        TensorType.isKnown(type), "gives tensor " + name + " the unknown dtype \"" + type + "\"");
    expect(
        offsets.size() == 2 && offsets.get(0) <= offsets.get(1),
        "gives tensor " + name + " data_offsets " + offsets + ", expected [begin, end]");
    return new TensorEntry(name, TensorType.valueOf(type), shape, offsets.get(0), offsets.get(1));
  }

  private List<Long> readNumbers(JsonParser parser, String name, String field) throws IOException {
    List<Long> numbers = new ArrayList<>();
    boolean valid = parser.currentToken() == JsonToken.START_ARRAY;
    while (valid && parser.nextToken() != JsonToken.END_ARRAY) {
      valid = parser.currentToken() == JsonToken.VALUE_NUMBER_INT && isLong(parser);
      if (valid) {
        numbers.add(parser.getLongValue());
      }
    }
    expect(
        valid && numbers.stream().allMatch(number -> number >= 0),
        "gives tensor " + name + " a " + field + " that is no list of non-negative integers");
    return numbers;
  }

  private static boolean isLong(JsonParser parser) throws IOException {
    return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  private void checkLayout() {
    long position = 0;
    for (TensorEntry entry : inFileOrder()) {
      expect(
          entry.bytes() == expectedBytes(entry),
          "gives tensor %s %d bytes, but %s of shape %s has another size"
              .formatted(entry.name(), entry.bytes(), entry.type(), entry.shape()));
      expect(
          entry.begin() == position,
          "places tensor %s at byte %d, %s: expected byte %d"
              .formatted(
                  entry.name(),
                  entry.begin(),
                  entry.begin() < position ? "overlapping another" : "leaving a gap",
                  position));
      expect(
          entry.end() <= dataBytes,
          "places tensor %s up to byte %d, but only %d bytes follow the header (is the file truncated?)"
              .formatted(entry.name(), entry.end(), dataBytes));
      position = entry.end();
    }
    expect(
        position == dataBytes,
        "describes %d bytes of tensors, but %d follow".formatted(position, dataBytes));
  }

  private List<TensorEntry> inFileOrder() {
    return entries.values().stream()
        .sorted(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
        .toList();
  }

  /** Bytes that type and shape ask for; -1 where they are no whole number that fits a long. */
  private static long expectedBytes(TensorEntry entry) {
    try {
      long bits = Math.multiplyExact(entry.length(), (long) entry.type().bits());
      return bits % Byte.SIZE == 0 ? bits / Byte.SIZE : -1;
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private void expect(boolean condition, String problem) {
    if (!condition) {
      throw new CheckpointException("The header of " + file + " " + problem + ".");
    }
  }
}
