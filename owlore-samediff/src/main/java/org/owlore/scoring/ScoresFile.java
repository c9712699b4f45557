package org.owlore.scoring;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Layer scores as JSON: {@code {"metric": "outlier-ratio", "tau": 13.0, "layers": [{"layer": 0,
 * "score": 0.41}, ..]}}; {@code tau} is null for metrics that have none.
 */
public final class ScoresFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoresFile() {}

  /** The scores as one line of JSON. */
  public static String toJson(LayerScores scores) {
    ObjectNode root = JSON.createObjectNode().put("metric", scores.metric());
    if (scores.tau().isPresent()) {
      root.put("tau", scores.tau().getAsDouble());
    } else {
      root.putNull("tau");
    }
    ArrayNode layers = root.putArray("layers");
    for (int layer = 0; layer < scores.scores().size(); layer++) {
      layers.addObject().put("layer", layer).put("score", scores.scores().get(layer));
    }
    return root.toString();
  }

  /**
   * Writes a file. It appears whole or not at all: it is written beside its place, synced and
   * renamed.
   *
   * @param file is replaced if it exists; its folder must exist
   * @throws IOException if the folder cannot be written
   */
  public static void write(LayerScores scores, Path file) throws IOException {
    Path place = file.toAbsolutePath();
    Path temporary = place.resolveSibling("." + place.getFileName() + ".part");
    try {
      try (FileChannel channel = FileChannel.open(temporary, CREATE, TRUNCATE_EXISTING, WRITE)) {
        ByteBuffer bytes =
            ByteBuffer.wrap((toJson(scores) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, place, ATOMIC_MOVE, REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads a file.
   *
   * @return the scores, ordered by layer whatever their order in the file
   * @throws IllegalArgumentException if the file is not of this format, or if its layers are not
   *     numbered from 0 without gaps, each once, with a finite score
   * @throws IOException if the file is absent or cannot be read
   */
  public static LayerScores read(Path file) throws IOException {
    JsonNode root = parse(file);
    JsonNode metric = root.path("metric");
    require(metric.isTextual(), file, "has no \"metric\" with the name of a metric");
    JsonNode tau = root.path("tau");
    require(
        tau.isMissingNode() || tau.isNull() || tau.isNumber(),
        file,
        "has a \"tau\" that is no number: " + tau);
    JsonNode layers = root.path("layers");
    require(
        layers.isArray() && layers.size() > 0, file, "has no \"layers\" with one entry a layer");
    Double[] scores = new Double[layers.size()];
    layers.forEach(entry -> take(entry, scores, file));
    return new LayerScores(
        metric.textValue(),
        tau.isNumber() ? OptionalDouble.of(tau.doubleValue()) : OptionalDouble.empty(),
        List.of(scores));
  }

  private static JsonNode parse(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "this is a folder, not a scores file");
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "there is no scores file of this name");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The scores file " + file + " is not JSON: " + e.getOriginalMessage() + ".", e);
    }
  }

  private static void take(JsonNode entry, Double[] scores, Path file) {
    JsonNode layer = entry.path("layer");
    require(
        layer.canConvertToInt() && layer.isIntegralNumber(),
        file,
        "has an entry without a \"layer\" number: " + entry);
    int index = layer.intValue();
    require(
        index >= 0 && index < scores.length,
        file,
        "has "
            + scores.length
            + " entries but one for layer "
            + index
            + ": layers are numbered from 0 without gaps");
    require(scores[index] == null, file, "has two entries for layer " + index);
    JsonNode score = entry.path("score");
    require(
        score.isNumber() && Double.isFinite(score.doubleValue()),
        file,
        "has an entry without a finite \"score\": " + entry);
    scores[index] = score.doubleValue();
  }

  private static void require(boolean right, Path file, String problem) {
    if (!right) {
      throw new IllegalArgumentException("The scores file " + file + " " + problem + ".");
    }
  }
}
