package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.files.CheckpointException;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.safetensors.TensorEntry;

/** The safetensors files of a checkpoint directory, and which of them holds which tensor. */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
final class CheckpointFiles {
  static final String SINGLE = "model.safetensors";
  static final String CONFIG = "config.json";
  static final String INDEX = "model.safetensors.index.json";

  /** What transformers calls the weight files of a checkpoint and their index. */
  private static final Pattern WEIGHT_FILE =
      Pattern.compile("model(-\\d+-of-\\d+)?\\.safetensors(\\.index\\.json)?");

  private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\x00]+");

  private final Path directory;
  private final Map<String, SafetensorsFile> files;
  private final Map<String, String> fileOfTensor;

  /**
   * Opens the one file, or all shards that the index names.
   *
   * @throws CheckpointException if there are none, or one is missing or malformed
   */
  static CheckpointFiles open(Path directory) {
    if (Files.exists(directory.resolve(SINGLE))) {
      return openSingle(directory);
    }
    if (Files.exists(directory.resolve(INDEX))) {
      return openShards(directory);
    }
    throw new CheckpointException(
        "There is neither " + SINGLE + " nor " + INDEX + " in " + directory + ".");
  }

  private static CheckpointFiles openSingle(Path directory) {
    SafetensorsFile file = SafetensorsFile.open(directory.resolve(SINGLE));
    Map<String, String> fileOfTensor = new LinkedHashMap<>();
    file.tensors().forEach(tensor -> fileOfTensor.put(tensor.name(), SINGLE));
    return new CheckpointFiles(directory, Map.of(SINGLE, file), fileOfTensor);
  }

  private static CheckpointFiles openShards(Path directory) {
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    Map<String, String> fileOfTensor = new LinkedHashMap<>();
    Iterator<Map.Entry<String, JsonNode>> weights = readIndex(directory.resolve(INDEX)).fields();
    while (weights.hasNext()) {
      Map.Entry<String, JsonNode> weight = weights.next();
      String shard = weight.getValue().asText();
      files.computeIfAbsent(shard, name -> SafetensorsFile.open(shardPath(directory, name)));
      fileOfTensor.put(weight.getKey(), shard);
    }
    return new CheckpointFiles(directory, files, fileOfTensor);
  }

  private static JsonNode readIndex(Path index) {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(index));
      JsonNode weights = json == null ? null : json.get("weight_map");
      if (weights == null || !weights.isObject() || weights.size() == 0) {
        throw new CheckpointException(index + " has no weight_map from tensors to files.");
      }
      return weights;
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read " + index, e);
    }
  }

  /** The path of a shard, which must be a plain file name: an index never leads elsewhere. */
  private static Path shardPath(Path directory, String shard) {
    if (!PLAIN_NAME.matcher(shard).matches() || shard.equals(".") || shard.equals("..")) {
      throw new CheckpointException(
          "%s names the shard \"%s\", but shards must be plain file names in the directory."
              .formatted(directory.resolve(INDEX), shard));
    }
    return directory.resolve(shard);
  }

  /** Whether a file belongs to the weights of a checkpoint, by its name. */
  static boolean isWeightFile(Path file) {
    return WEIGHT_FILE.matcher(file.getFileName().toString()).matches();
  }

  /**
   * Writes the same files with other weights.
   *
   * @param target an existing directory
   * @param weights gives the array that replaces a tensor, or nothing to keep its bytes
   */
  void rewrite(Path target, Function<TensorEntry, Optional<INDArray>> weights) throws IOException {
    for (Map.Entry<String, SafetensorsFile> file : files.entrySet()) {
      file.getValue().rewrite(target.resolve(file.getKey()), weights);
    }
    if (!files.containsKey(SINGLE)) {
      CompanionFiles.copyAndSync(directory.resolve(INDEX), target.resolve(INDEX));
    }
  }

  /**
   * Checks that there can be so many layers, before the tensors of each are listed: a damaged
   * configuration may ask for billions.
   *
   * @throws CheckpointException if there are fewer tensors than layers
   */
  void requireLayers(int layers) {
    if (layers > fileOfTensor.size()) {
      throw new CheckpointException(
          "config.json asks for %d layers, but there are only %d tensors in %s."
              .formatted(layers, fileOfTensor.size(), directory));
    }
  }

  /**
   * The file that holds a tensor.
   *
   * @throws CheckpointException if none does
   */
  SafetensorsFile holding(String tensor) {
    String file = fileOfTensor.get(tensor);
    if (file == null) {
      throw new CheckpointException(
          "Tensor " + tensor + " is missing in " + directory + ", but config.json asks for it.");
    }
    return files.get(file);
  }
}
