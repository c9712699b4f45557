package org.owlore.dl4j.network;

import java.util.List;
import java.util.Set;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A DL4J network as training sees it. A thin view without state of its own: two views of one model
 * are interchangeable.
 */
public sealed interface Network permits LayeredNetwork, GraphNetwork {

  /**
   * The view of a model.
   *
   * @param model an initialized {@link MultiLayerNetwork} or {@link ComputationGraph}
   * @throws IllegalArgumentException if it is another model, is not initialized, or contains layers
   *     that DL4J itself has frozen
   */
  static Network of(@NonNull Model model) {
    if (model instanceof MultiLayerNetwork layered) {
      return new LayeredNetwork(layered);
    }
    if (model instanceof ComputationGraph graph) {
      return new GraphNetwork(graph);
    }
    throw new IllegalArgumentException(
        "A %s cannot be trained in parts: give a MultiLayerNetwork or a ComputationGraph."
            .formatted(model.getClass().getSimpleName()));
  }

  /** The model that is seen. */
  Model model();

  /** The layers that have parameters, in the order of the flat arrays. */
  List<NetworkLayer> layers();

  /**
   * The names of the layers whose outputs a layer reads, through everything without parameters on
   * the way; in the order of the layers.
   *
   * @param layer name of one of {@link #layers}
   */
  List<String> inputsOf(String layer);

  /**
   * The names of the layers that compute what the network gives: its outputs, and where an output
   * has no parameters (a loss layer), the layers that it reads from.
   */
  Set<String> heads();

  /** All gradients, flat: {@code [parameters]}; a live view. */
  default INDArray gradients() {
    INDArray view = updater().getFlattenedGradientsView();
    return view.reshape(view.length());
  }

  /** The updater with its blocks; created, outside of workspaces, if the network has none yet. */
  BaseMultiLayerUpdater<?> updater();

  /** Steps that the network has done. */
  int iteration();
}
