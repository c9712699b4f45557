package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.safetensors.SafetensorsHeader;
import org.owlore.safetensors.TensorEntry;

/**
 * A checkpoint directory: {@code config.json} and {@code model.safetensors}, or shards with {@code
 * model.safetensors.index.json}.
 *
 * <p>Opening reads the configuration and the tables of the files only; {@link #load()} reads the
 * weights, {@link #save} writes the same files with other weights.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class HuggingFaceCheckpoint {
  private final Path directory;
  private final HuggingFaceConfig config;
  private final Map<String, List<Long>> shapes;
  private final CheckpointFiles files;

  /**
   * Opens a directory and checks that it holds all weights of its configuration in the right
   * shapes.
   *
   * @throws CheckpointException if a file is missing, truncated, malformed or does not match the
   *     configuration
   */
  public static HuggingFaceCheckpoint open(@NonNull Path directory) {
    HuggingFaceConfig config = ConfigReader.read(directory.resolve(CheckpointFiles.CONFIG));
    CheckpointFiles files = CheckpointFiles.open(directory);
    files.requireLayers(config.layers());
    Map<String, List<Long>> shapes = ParameterShapes.of(config);
    shapes.forEach((name, shape) -> check(files, name, shape));
    return new HuggingFaceCheckpoint(directory, config, shapes, files);
  }

  private static void check(CheckpointFiles files, String name, List<Long> shape) {
    SafetensorsFile file = files.holding(name);
    TensorEntry entry = file.tensor(name);
    if (!entry.shape().equals(shape)) {
      throw new CheckpointException(
          "Tensor %s in %s has shape %s, but config.json asks for %s."
              .formatted(name, file.path(), entry.shape(), shape));
    }
    file.requireWeight(entry);
  }

  /**
   * Writes a checkpoint that no other served as a pattern for: {@code config.json} and one {@code
   * model.safetensors} with numbers of the configuration's type. A tokenizer is not written.
   *
   * @param weights name to array, each FLOAT in the shape that the configuration asks for
   * @param target absent, empty, or an earlier checkpoint, which is replaced
   * @throws CheckpointException if a weight is missing, of another shape or too large for its
   *     number type, the target is anything else, or writing fails; the target is then as before
   */
  public static void create(
      @NonNull HuggingFaceConfig config,
      @NonNull Function<String, INDArray> weights,
      @NonNull Path target) {
    Map<String, List<Long>> shapes = ParameterShapes.of(config);
    SafetensorsHeader header = SafetensorsHeader.of(shapes, config.type());
    write(
        target,
        staging -> {
          Files.write(staging.resolve(CheckpointFiles.CONFIG), ConfigWriter.write(config));
          SafetensorsFile.write(
              staging.resolve(CheckpointFiles.SINGLE),
              header,
              entry -> require(weights, entry.name(), entry));
        });
  }

  /**
   * Writes a checkpoint from the weights of a graph; see {@link #create(HuggingFaceConfig,
   * Function, Path)}.
   *
   * @param model has variables with the Hugging Face names
   */
  public static void create(
      @NonNull HuggingFaceConfig config, @NonNull LanguageModel model, @NonNull Path target) {
    create(config, weightsOf(model), target);
  }

  /** Where the checkpoint lies. */
  public Path directory() {
    return directory;
  }

  /** What {@code config.json} says. */
  public HuggingFaceConfig config() {
    return config;
  }

  /**
   * Builds the graph and reads the weights into it, as FLOAT.
   *
   * @return a new graph, which owns its weights
   */
  public LanguageModel load() {
    return load(StorageType.FLOAT32);
  }

  /**
   * Builds the graph and reads the weights into it. Numbers that a narrower storage cannot hold are
   * rounded to nearest, ties to even.
   *
   * @param storage as what the matrices lie in memory
   * @return a new graph, which owns its weights
   * @throws CheckpointException if a number is too large for that storage
   */
  public LanguageModel load(@NonNull StorageType storage) {
    return LlamaGraph.build(
        config, (name, shape) -> files.holding(name).read(name, storage.dataType(shape)), storage);
  }

  /** Whether loading with that storage rounds: the files hold other numbers than it can. */
  public boolean isRoundedBy(@NonNull StorageType storage) {
    return shapes.keySet().stream()
        .map(name -> files.holding(name).tensor(name))
        .anyMatch(entry -> isRounded(entry, storage.dataType(entry.dimensions())));
  }

  private static boolean isRounded(TensorEntry entry, DataType stored) {
    return stored != DataType.FLOAT && stored != entry.type().dataType();
  }

  /**
   * Writes the weights of a graph as this checkpoint's files; see {@link #save(Function, Path)}.
   *
   * @param model has variables with the Hugging Face names
   */
  public void save(@NonNull LanguageModel model, @NonNull Path target) {
    save(weightsOf(model), target);
  }

  private static Function<String, INDArray> weightsOf(LanguageModel model) {
    SameDiff graph = model.graph();
    return name -> graph.hasVariable(name) ? graph.getArrForVarName(name) : null;
  }

  /**
   * Writes other weights as this checkpoint's files: same names, order, shapes, number types and
   * shards; narrower types round to nearest, ties to even. A weight that has not changed comes back
   * bit by bit, and so does every tensor that the graph does not use. Configuration, tokenizer and
   * unknown files are copied along; weights in other formats and hidden folders are not.
   *
   * @param weights name to array, each FLOAT in the shape of its tensor
   * @param target absent, empty, or an earlier checkpoint, which is replaced; not this directory
   * @throws CheckpointException if a weight is missing, of another shape or too large for its
   *     number type, the target is anything else, or writing fails; the target is then as before
   */
  public void save(@NonNull Function<String, INDArray> weights, @NonNull Path target) {
    refuseOwnDirectory(target);
    write(
        target,
        staging -> {
          files.rewrite(staging, entry -> replacement(entry, weights));
          CompanionFiles.copy(directory, staging, target);
        });
  }

  /**
   * Checks without writing anything that {@link #save} may write to a directory: to be called
   * before a long training rather than to lose it.
   *
   * @throws CheckpointException if the target is not what {@link #save} asks for, or is
   *     write-protected
   */
  public void requireSavable(@NonNull Path target) {
    refuseOwnDirectory(target);
    try {
      StagedDirectory.requireUsable(target);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write the checkpoint " + target, e);
    }
  }

  private void refuseOwnDirectory(Path target) {
    try {
      if (Files.exists(target) && Files.isSameFile(target, directory)) {
        throw new CheckpointException(
            target + " is where the model was loaded from: give another directory.");
      }
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write the checkpoint " + target, e);
    }
  }

  private Optional<INDArray> replacement(TensorEntry entry, Function<String, INDArray> weights) {
    if (shapes.containsKey(entry.name())) {
      return Optional.of(require(weights, entry.name(), entry));
    }
    boolean copyOfEmbedding =
        entry.name().equals(ParameterShapes.HEAD)
            && config.tiedEmbedding()
            && entry.type().isWeight()
            && entry.shape().equals(shapes.get(ParameterShapes.EMBEDDING));
    return copyOfEmbedding
        ? Optional.of(require(weights, ParameterShapes.EMBEDDING, entry))
        : Optional.empty();
  }

  private static INDArray require(
      Function<String, INDArray> weights, String name, TensorEntry entry) {
    INDArray weight = weights.apply(name);
    if (weight == null) {
      throw new CheckpointException("There is no weight " + name + " to be saved.");
    }
    if (!entry.hasShape(weight.shape())) {
      throw new CheckpointException(
          "Weight %s has shape %s, but the checkpoint asks for %s."
              .formatted(name, Arrays.toString(weight.shape()), entry.shape()));
    }
    return weight;
  }

  private static void write(Path target, Filling filling) {
    try (StagedDirectory staged = StagedDirectory.open(target)) {
      filling.fill(staged.path());
      staged.commit();
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write the checkpoint " + target, e);
    }
  }

  /** Writes files into a folder. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path folder) throws IOException;
  }
}
