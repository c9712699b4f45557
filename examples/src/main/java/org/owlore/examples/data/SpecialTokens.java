package org.owlore.examples.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.Set;
import lombok.NonNull;

/**
 * The ids that end a text.
 *
 * @param end the id written behind a finished text; empty if the checkpoint names none
 * @param stops all ids at which generation stops; holds {@code end}
 */
public record SpecialTokens(@NonNull OptionalInt end, @NonNull Set<Integer> stops) {

  /** Copies the set. */
  public SpecialTokens {
    stops = Set.copyOf(stops);
  }

  /**
   * Reads what a checkpoint says about its ends: the {@code eos_token} of {@code
   * tokenizer_config.json} is the one written; the {@code eos_token_id}s of {@code config.json} and
   * {@code generation_config.json} stop as well, and the first of them stands in where the former
   * is absent.
   *
   * @param checkpoint a Hugging Face checkpoint directory; each of the files may be absent
   * @throws UncheckedIOException if a file cannot be read or is not JSON
   */
  public static SpecialTokens read(Path checkpoint) {
    LinkedHashSet<Integer> ends = new LinkedHashSet<>();
    JsonNode written = json(checkpoint.resolve("tokenizer_config.json")).path("eos_token");
    String name = written.isObject() ? written.path("content").asText() : written.asText("");
    for (JsonNode added : json(checkpoint.resolve("tokenizer.json")).path("added_tokens")) {
      if (added.path("content").asText().equals(name)) {
        ends.add(added.path("id").asInt());
      }
    }
    for (String file : new String[] {"config.json", "generation_config.json"}) {
      JsonNode ids = json(checkpoint.resolve(file)).path("eos_token_id");
      if (ids.isInt()) {
        ends.add(ids.asInt());
      }
      ids.forEach(id -> ends.add(id.asInt()));
    }
    OptionalInt end = ends.stream().mapToInt(Integer::intValue).findFirst();
    return new SpecialTokens(end, ends);
  }

  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      return MissingNode.getInstance();
    }
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("%s is not readable JSON.".formatted(file), e);
    }
  }
}
