package org.owlore.finetune;

import java.util.Set;
import org.owlore.graph.LayerMap;

/** The promise that a layer which was sampled has trained. */
final class SampledLayers {

  private SampledLayers() {}

  /**
   * Checks the promise.
   *
   * @param sampled layers that were sampled
   * @param changed weights that changed
   * @throws TrainingException when a sampled layer has no changed weight
   */
  static void requireChanged(LayerMap layers, Set<Integer> sampled, Set<String> changed) {
    for (int layer : sampled) {
      boolean moved = layers.layers().get(layer).variables().stream().anyMatch(changed::contains);
      if (!moved) {
        throw new TrainingException(
            "Layer "
                + layer
                + " was sampled but none of its weights changed: check that the loss depends on it"
                + " and that the learning rate is not too small for float32.");
      }
    }
  }
}
