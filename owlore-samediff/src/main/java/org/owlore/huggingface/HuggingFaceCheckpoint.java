package org.owlore.huggingface;

import java.nio.file.Path;
import java.util.List;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;

/**
 * A checkpoint directory: {@code config.json} and {@code model.safetensors}, or shards with {@code
 * model.safetensors.index.json}.
 *
 * <p>Opening reads the configuration and the tables of the files only; {@link #load()} reads the
 * weights.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class HuggingFaceCheckpoint {
  private final HuggingFaceConfig config;
  private final CheckpointFiles files;

  /**
   * Opens a directory and checks that it holds all weights of its configuration in the right
   * shapes.
   *
   * @throws CheckpointException if a file is missing, truncated, malformed or does not match the
   *     configuration
   */
  public static HuggingFaceCheckpoint open(Path directory) {
    HuggingFaceConfig config = ConfigReader.read(directory.resolve("config.json"));
    CheckpointFiles files = CheckpointFiles.open(directory);
    ParameterShapes.of(config).forEach((name, shape) -> check(files, name, shape));
    return new HuggingFaceCheckpoint(config, files);
  }

  /** What {@code config.json} says. */
  public HuggingFaceConfig config() {
    return config;
  }

  /** Builds the graph and reads the weights into it. */
  public LanguageModel load() {
    return LlamaGraph.build(config, this::read);
  }

  private INDArray read(String name, long... shape) {
    return files.holding(name).read(name);
  }

  private static void check(CheckpointFiles files, String name, List<Long> shape) {
    SafetensorsFile file = files.holding(name);
    TensorEntry entry = file.tensor(name);
    if (!entry.shape().equals(shape)) {
      throw new CheckpointException(
          "Tensor %s in %s has shape %s, but config.json asks for %s."
              .formatted(name, file.path(), entry.shape(), shape));
    }
    if (!entry.type().isWeight()) {
      throw new CheckpointException(
          "Tensor %s in %s has dtype %s, but weights must be F32, F16 or BF16."
              .formatted(name, file.path(), entry.type()));
    }
  }
}
