package org.owlore.dl4j.network;

import java.util.List;
import java.util.stream.Collectors;
import lombok.NonNull;

/**
 * Layers that are scored, sampled and frozen together, like the attention and feed-forward layers
 * of one transformer block.
 *
 * @param index position in the network, from 0
 * @param layers at least one, at least one of them with a matrix
 */
public record Block(int index, @NonNull List<NetworkLayer> layers) {

  /** Copies the list; refuses a block without a matrix, which has nothing to score. */
  public Block {
    layers = List.copyOf(layers);
    if (layers.stream().noneMatch(NetworkLayer::hasMatrix)) {
      throw new IllegalArgumentException(
          "Block %d (%s) has no weight matrix, so it cannot be scored: put its layers into another block."
              .formatted(index, layers.stream().map(NetworkLayer::name).toList()));
    }
  }

  /** The names of its layers, joined by {@code +}. */
  public String name() {
    return layers.stream().map(NetworkLayer::name).collect(Collectors.joining("+"));
  }
}
