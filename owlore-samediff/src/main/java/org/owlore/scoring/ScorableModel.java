package org.owlore.scoring;

import lombok.NonNull;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;

/**
 * What a metric may look at: the layers of a model, their weights, and their activations on
 * calibration data.
 *
 * @param layers the transformer blocks, at least one
 * @param weights gives the linear weights that {@code layers} names
 * @param activations gives the activations that {@code layers} names
 */
public record ScorableModel(
    @NonNull LayerMap layers,
    @NonNull WeightSource weights,
    @NonNull ActivationSource activations) {

  /** Refuses a model without layers and a layer without linear weights. */
  public ScorableModel {
    if (layers.size() == 0) {
      throw new IllegalArgumentException("The model has no layers to score.");
    }
    for (Layer layer : layers.layers()) {
      if (layer.linears().isEmpty()) {
        throw new IllegalArgumentException(
            "Layer "
                + layer.index()
                + " has no linear weights, so it cannot be scored: correct the layer map.");
      }
    }
  }
}
