package org.owlore.graph;

import java.util.List;
import lombok.NonNull;

/**
 * Which variables make up which part of a model.
 *
 * <p>With a tied embedding the one matrix is listed under {@code embedding} and {@code head} is
 * empty.
 *
 * @param layers the transformer blocks from input to output; {@code layers.get(i).index() == i}
 * @param embedding variables of the token embedding
 * @param finalNorm variables of the norm behind the last block
 * @param head variables of the output head
 */
public record LayerMap(
    @NonNull List<Layer> layers,
    @NonNull List<String> embedding,
    @NonNull List<String> finalNorm,
    @NonNull List<String> head) {

  /** Copies the lists and checks that the layers are numbered from 0 without gaps. */
  public LayerMap {
    layers = List.copyOf(layers);
    embedding = List.copyOf(embedding);
    finalNorm = List.copyOf(finalNorm);
    head = List.copyOf(head);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).index() != i) {
        throw new IllegalArgumentException(
            "Layer at position " + i + " carries index " + layers.get(i).index() + ".");
      }
    }
  }

  /** Number of transformer blocks. */
  public int size() {
    return layers.size();
  }
}
