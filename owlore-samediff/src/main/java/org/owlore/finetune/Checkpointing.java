package org.owlore.finetune;

import java.util.List;
import java.util.stream.Stream;
import org.owlore.graph.LayerMap;

/** What the backward pass finds in memory of the forward pass. */
public enum Checkpointing {
  /** Everything it reads: fastest. */
  NONE {
    @Override
    List<String> checkpoints(LayerMap layers) {
      return List.of();
    }
  },
  /**
   * What goes in and out of each block; a block's inside is computed a second time just before its
   * backward pass. Memory for activations becomes that of one block, for a third more time, and up
   * to half more where few layers train.
   */
  BLOCK {
    @Override
    List<String> checkpoints(LayerMap layers) {
      return layers.layers().stream()
          .flatMap(layer -> Stream.of(layer.input(), layer.output()))
          .distinct()
          .toList();
    }
  };

  /** The arrays that are kept; none when all are. */
  abstract List<String> checkpoints(LayerMap layers);
}
