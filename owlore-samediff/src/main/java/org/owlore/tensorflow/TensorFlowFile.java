package org.owlore.tensorflow;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.owlore.files.CheckpointException;
import org.owlore.files.StagedFile;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.imported.Adoption;
import org.owlore.graph.imported.GraphNames;
import org.owlore.graph.imported.ImportedGraph;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;

/**
 * A frozen TensorFlow graph: placeholders, constants and plain operations in a {@code .pb} file.
 *
 * <p>Weights keep the names of their constants. {@link #save} writes the same graph with other
 * numbers in these.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class TensorFlowFile {
  private final Path path;
  private final GraphDef graph;

  /**
   * Reads a file.
   *
   * @throws CheckpointException if it is missing, malformed, not frozen and inlined, or uses
   *     operations that cannot be imported
   */
  public static TensorFlowFile open(@NonNull Path path) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      GraphDef graph = GraphDef.parseFrom(in);
      if (graph.getNodeCount() == 0) {
        throw new CheckpointException(
            path
                + " holds no TensorFlow graph; if it belongs to a SavedModel, freeze that with"
                + " convert_variables_to_constants_v2 first.");
      }
      FrozenGraph.require(path.toString(), graph);
      return new TensorFlowFile(path, graph);
    } catch (IllegalStateException e) {
      // What protobuf throws for some lengths that no message can have.
      throw new CheckpointException(
          "Cannot read the TensorFlow graph " + path + ": it is damaged.", e);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read the TensorFlow graph " + path, e);
    }
  }

  /**
   * Imports the graph and makes a language model of it.
   *
   * @param names what the user knows better
   * @throws CheckpointException if Deeplearning4j cannot import the graph
   * @throws RuntimeException as {@link ImportedGraph#adopt} does
   */
  public Adoption load(@NonNull GraphNames names) {
    return ImportedGraph.adopt(imported(), names);
  }

  private SameDiff imported() {
    GraphDef.Builder full = GraphDef.newBuilder();
    for (NodeDef node : graph.getNodeList()) {
      full.addNode(FrozenGraph.importable(node));
    }
    try (ImporterLitter litter = new ImporterLitter()) {
      return SameDiff.importFrozenTF(full.build());
    } catch (RuntimeException e) {
      throw new CheckpointException(
          "Deeplearning4j cannot import %s (%s): export the model to ONNX instead."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /**
   * Writes this graph with the weights of a model, whole or not at all.
   *
   * @param model what {@link #load} gave
   * @param target in place of an older file if there is one
   * @throws CheckpointException if the model is of another graph, or writing fails
   */
  public void save(@NonNull LanguageModel model, @NonNull Path target) {
    GraphDef tuned = with(model);
    try {
      StagedFile.write(
          target,
          channel -> {
            OutputStream out = Channels.newOutputStream(channel);
            tuned.writeTo(out);
            out.flush();
          });
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write " + target, e);
    }
  }

  private GraphDef with(LanguageModel model) {
    GraphDef.Builder tuned = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeDef node = graph.getNode(i);
      SDVariable weight = model.graph().getVariable(node.getName());
      boolean trained =
          ConstantNodes.isConstant(node)
              && weight != null
              && weight.getVariableType() == VariableType.VARIABLE;
      if (trained) {
        tuned.setNode(i, ConstantNodes.with(node, weight.getArr()));
      }
    }
    return tuned.build();
  }
}
