package org.owlore.dl4j.blocks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lombok.NonNull;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.NetworkLayer;

/**
 * Every layer of a network in its part.
 *
 * @param blocks what is sampled, in the order of the network; at least one
 * @param alwaysTrained what trains in every step
 * @param neverTrained what never trains
 */
public record BlockMap(
    @NonNull List<Block> blocks,
    @NonNull List<NetworkLayer> alwaysTrained,
    @NonNull List<NetworkLayer> neverTrained) {

  /** Copies the lists; refuses a map without blocks. */
  public BlockMap {
    blocks = List.copyOf(blocks);
    alwaysTrained = List.copyOf(alwaysTrained);
    neverTrained = List.copyOf(neverTrained);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "There is no block to sample: every layer always trains (%s) or never (%s)."
              .formatted(names(alwaysTrained), names(neverTrained)));
    }
  }

  /**
   * The layers that do not train.
   *
   * @param active numbers of the blocks that train
   * @return names of layers
   */
  public Set<String> frozen(@NonNull List<Integer> active) {
    Set<String> frozen = new LinkedHashSet<>(names(neverTrained));
    for (Block block : blocks) {
      if (!active.contains(block.index())) {
        frozen.addAll(names(block.layers()));
      }
    }
    return frozen;
  }

  /** The names of some layers. */
  public static List<String> names(@NonNull List<NetworkLayer> layers) {
    return layers.stream().map(NetworkLayer::name).toList();
  }
}
