package org.owlore.examples.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import lombok.NonNull;

/**
 * Which fields of a JSON record hold the text.
 *
 * @param prompts the fields of the prompt, joined by a blank line; those after the first may be
 *     absent or empty; no field at all for plain text
 * @param target the field of the answer, or of the text
 */
public record FieldLayout(@NonNull List<String> prompts, @NonNull String target) {

  /** Stands for whichever of the known layouts fits the first record of a file. */
  public static final FieldLayout RECOGNISED = new FieldLayout(List.of(), "");

  /** {@code question} and {@code answer}, as in GSM8K. */
  public static final FieldLayout QUESTION_ANSWER = instruction("question", "answer");

  /** {@code instruction}, optional {@code input} and {@code output}, as in Alpaca. */
  public static final FieldLayout ALPACA =
      new FieldLayout(List.of("instruction", "input"), "output");

  /** Plain {@code text}. */
  public static final FieldLayout TEXT = document("text");

  private static final List<FieldLayout> KNOWN = List.of(QUESTION_ANSWER, ALPACA, TEXT);

  /** Copies the list. */
  public FieldLayout {
    prompts = List.copyOf(prompts);
  }

  /** A prompt in one field and its answer in another. */
  public static FieldLayout instruction(String prompt, String answer) {
    return new FieldLayout(List.of(prompt), answer);
  }

  /** Running text in one field. */
  public static FieldLayout document(String text) {
    return new FieldLayout(List.of(), text);
  }

  /**
   * The layout to read a file with, given its first record.
   *
   * @throws IllegalArgumentException if no known layout fits
   */
  FieldLayout resolve(JsonNode first) {
    if (!equals(RECOGNISED)) {
      return this;
    }
    return KNOWN.stream()
        .filter(layout -> layout.required().allMatch(first::has))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the record has none of the known sets of fields (question and answer,"
                        + " instruction and output, text): name the fields to read"));
  }

  /**
   * Reads one record.
   *
   * @throws IllegalArgumentException if a required field is absent or not plain text
   */
  Example read(JsonNode dataRecord) {
    if (!dataRecord.isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    String text = required(dataRecord, target);
    if (prompts.isEmpty()) {
      return new Example.Document(text);
    }
    StringBuilder prompt = new StringBuilder(required(dataRecord, prompts.get(0)));
    for (String field : prompts.subList(1, prompts.size())) {
      String more = dataRecord.path(field).asText("");
      prompt.append(more.isBlank() ? "" : "\n\n" + more);
    }
    return new Example.Instruction(prompt.toString(), text);
  }

  private Stream<String> required() {
    return Stream.concat(prompts.stream().limit(1), Stream.of(target));
  }

  private static String required(JsonNode dataRecord, String field) {
    JsonNode value = dataRecord.path(field);
    if (!value.isValueNode() || value.isNull()) {
      throw new IllegalArgumentException("field \"%s\" is absent or not text".formatted(field));
    }
    return value.asText();
  }
}
