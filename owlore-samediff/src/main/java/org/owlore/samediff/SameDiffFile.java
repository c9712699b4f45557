package org.owlore.samediff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.files.StagedFile;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.imported.Adoption;
import org.owlore.graph.imported.GraphNames;
import org.owlore.graph.imported.ImportedGraph;

/**
 * A file that {@code SameDiff.save} wrote.
 *
 * <p>{@link #load} makes a language model of the graph; {@link #save} writes the graph as it is in
 * the file, with other weights: what loading repaired or added is not written.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class SameDiffFile {
  private final Path path;

  /**
   * A file of that name; nothing but its existence is checked yet.
   *
   * @throws CheckpointException if there is no such file
   */
  public static SameDiffFile open(@NonNull Path path) {
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException("There is no file " + path + ".");
    }
    return new SameDiffFile(path);
  }

  /**
   * Reads the graph and makes a language model of it.
   *
   * @param names what the user knows better
   * @throws CheckpointException if the file is malformed
   * @throws RuntimeException as {@link ImportedGraph#adopt} does
   */
  public Adoption load(@NonNull GraphNames names) {
    return ImportedGraph.adopt(read(), names);
  }

  /**
   * Writes the graph of this file with the weights of a model, whole or not at all. An optimizer's
   * state is not written.
   *
   * @param model what {@link #load} gave
   * @param target in place of an older file if there is one
   * @throws CheckpointException if the model is of another graph, or writing fails
   */
  public void save(@NonNull LanguageModel model, @NonNull Path target) {
    SameDiff original = read();
    model.graph().variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .forEach(weight -> take(original, weight));
    try {
      StagedFile.write(
          target,
          channel -> {
            ByteBuffer bytes = original.asFlatBuffers(false);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write " + target, e);
    }
  }

  private void take(SameDiff original, SDVariable weight) {
    INDArray place =
        original.hasVariable(weight.name()) ? original.getVariable(weight.name()).getArr() : null;
    INDArray array = weight.getArr();
    if (place == null || !Arrays.equals(place.shape(), array.shape())) {
      throw new CheckpointException(
          "Weight \"%s\" %s is not in %s, so it cannot be saved there."
              .formatted(weight.name(), Arrays.toString(array.shape()), path));
    }
    place.assign(array);
  }

  private SameDiff read() {
    try {
      SameDiff graph = SameDiff.load(path.toFile(), false);
      if (graph.getOps().isEmpty()) {
        throw new CheckpointException(path + " holds a graph without operations.");
      }
      return graph;
    } catch (CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      // FlatBuffers checks nothing: a file of another kind ends in any exception.
      throw new CheckpointException(
          path + " is not a file that SameDiff.save wrote, or is damaged.", e);
    }
  }
}
