package org.owlore.examples.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Llama-style tokenizer of single characters, small enough to be written by a test: {@code <unk>}
 * 0, {@code <s>} 1, {@code </s>} 2, then printable ASCII, line feed, the blank's stand-in, and the
 * one merge of a blank and "t".
 */
public final class TinyTokenizer {
  /** Number of ids. */
  public static final int SIZE = 3 + 95 + 2 + 1;

  private static final String BLANK = "\u2581";

  private TinyTokenizer() {}

  /** Writes {@code tokenizer.json} and a {@code config.json} that names the end. */
  public static Path writeTo(Path checkpoint) throws IOException {
    Files.writeString(checkpoint.resolve("config.json"), "{\"eos_token_id\": 2}");
    new ObjectMapper().writeValue(checkpoint.resolve("tokenizer.json").toFile(), json());
    return checkpoint;
  }

  /** The content of {@code tokenizer.json}. */
  static Map<String, Object> json() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (String special : List.of("<unk>", "<s>", "</s>")) {
      vocabulary.put(special, vocabulary.size());
    }
    for (char c = ' '; c <= '~'; c++) {
      vocabulary.put(String.valueOf(c), vocabulary.size());
    }
    for (String more : List.of("\n", BLANK, BLANK + "t")) {
      vocabulary.put(more, vocabulary.size());
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("added_tokens", List.of(special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")));
    json.put(
        "normalizer",
        Map.of(
            "type",
            "Sequence",
            "normalizers",
            List.of(Map.of("type", "Prepend", "prepend", BLANK), replace(" ", BLANK))));
    json.put("post_processor", beginning());
    json.put(
        "decoder",
        Map.of(
            "type",
            "Sequence",
            "decoders",
            List.of(
                replace(BLANK, " "),
                Map.of("type", "Fuse"),
                Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0))));
    json.put(
        "model",
        Map.of(
            "type",
            "BPE",
            "unk_token",
            "<unk>",
            "vocab",
            vocabulary,
            "merges",
            List.of(BLANK + " t")));
    return json;
  }

  private static Map<String, Object> beginning() {
    return Map.of(
        "type",
        "TemplateProcessing",
        "single",
        List.of(token("<s>"), Map.of("Sequence", Map.of("id", "A", "type_id", 0))),
        "pair",
        List.of(Map.of("Sequence", Map.of("id", "A", "type_id", 0))),
        "special_tokens",
        Map.of("<s>", Map.of("id", "<s>", "ids", List.of(1), "tokens", List.of("<s>"))));
  }

  static Map<String, Object> token(String name) {
    return Map.of("SpecialToken", Map.of("id", name, "type_id", 0));
  }

  private static Map<String, Object> replace(String from, String to) {
    return Map.of("type", "Replace", "pattern", Map.of("String", from), "content", to);
  }

  private static Map<String, Object> special(int id, String content) {
    return Map.of(
        "id",
        id,
        "content",
        content,
        "single_word",
        false,
        "lstrip",
        false,
        "rstrip",
        false,
        "normalized",
        false,
        "special",
        true);
  }
}
