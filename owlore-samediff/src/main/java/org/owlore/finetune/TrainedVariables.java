package org.owlore.finetune;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import lombok.NonNull;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;

/** Which variables of a model train: the always-trained ones and those of the sampled layers. */
final class TrainedVariables {
  private final LayerMap layers;
  private final List<String> always;

  TrainedVariables(@NonNull LayerMap layers, boolean embedding, boolean finalNorm, boolean head) {
    this.layers = layers;
    this.always = new ArrayList<>();
    if (embedding) {
      always.addAll(layers.embedding());
    }
    if (finalNorm) {
      always.addAll(layers.finalNorm());
    }
    if (head) {
      always.addAll(layers.head());
    }
  }

  /**
   * The variables that train while the given layers are sampled.
   *
   * @throws IllegalArgumentException when the model has no such layer
   */
  Set<String> with(Collection<Integer> sampled) {
    Set<String> variables = new LinkedHashSet<>(always);
    for (int layer : sampled) {
      if (layer < 0 || layer >= layers.size()) {
        throw new IllegalArgumentException(
            "Layer "
                + layer
                + " is to be trained, but the model has layers 0 to "
                + (layers.size() - 1)
                + ": make the schedule for this model.");
      }
      variables.addAll(layers.layers().get(layer).variables());
    }
    return variables;
  }

  /** The matrices of the layers: what a low-rank method projects. */
  static Set<String> projectable(LayerMap layers) {
    return layers.layers().stream()
        .map(Layer::linears)
        .flatMap(List::stream)
        .map(LinearWeight::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
