package org.owlore.dl4j.schedule;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lombok.NonNull;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;
import org.owlore.files.StagedFile;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.ScoresFile;

/**
 * What a run must remember of its beginning to go on the same after a restart. As a file it is a
 * {@link ScoresFile} with {@code "firstIteration"} and {@code "blocks"} added; without scores,
 * these alone.
 *
 * @param scores of the blocks; empty where sampling does not go by scores
 * @param firstIteration iteration of the network in which sampling began
 * @param blocks names of the blocks
 */
public record SamplingRecord(
    @NonNull Optional<LayerScores> scores, int firstIteration, @NonNull List<String> blocks) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIRST = "firstIteration";
  private static final String BLOCKS = "blocks";

  /**
   * Writes a file, whole or not at all.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void write(@NonNull Path file) {
    try {
      ObjectNode root =
          scores.isPresent()
              ? (ObjectNode) JSON.readTree(ScoresFile.toJson(scores.get()))
              : JSON.createObjectNode();
      root.put(FIRST, firstIteration).set(BLOCKS, JSON.valueToTree(blocks));
      String text = root.toPrettyString() + "\n";
      StagedFile.write(
          file,
          channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("The sampling file " + file + " cannot be written.", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is not such a file
   * @throws UncheckedIOException if it cannot be read
   */
  public static SamplingRecord read(@NonNull Path file) {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      JsonNode first = root.path(FIRST);
      if (!first.isIntegralNumber() || !first.canConvertToInt() || first.intValue() < 0) {
        throw new IllegalArgumentException(
            "The sampling file %s has no \"%s\": it was not written by the sampler of a DL4J network."
                .formatted(file, FIRST));
      }
      return new SamplingRecord(
          root.has("layers") ? Optional.of(ScoresFile.read(file)) : Optional.empty(),
          first.intValue(),
          blocks(root.path(BLOCKS)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The sampling file %s is not JSON: %s.".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("The sampling file " + file + " cannot be read.", e);
    }
  }

  private static List<String> blocks(JsonNode names) {
    List<String> blocks = new ArrayList<>();
    names.forEach(name -> blocks.add(name.asText()));
    return blocks;
  }
}
