package org.owlore.dl4j.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.testing.SampleNetworks;

class BlockMapTest {
  private final List<NetworkLayer> layers =
      Network.of(SampleNetworks.of("perceptron", new Sgd(0.1))).layers();
  private final BlockMap map =
      new BlockMap(
          List.of(
              new Block(0, List.of(layers.get(0), layers.get(1))),
              new Block(1, List.of(layers.get(2)))),
          List.of(layers.get(4)),
          List.of(layers.get(3)));

  @Test
  void frozenAreTheOtherBlocksAndWhatNeverTrains() {
    assertThat(map.frozen(List.of(1))).containsExactlyInAnyOrder("layer4", "layer0", "layer1");
  }

  @Test
  void withEveryBlockOnlyWhatNeverTrainsIsFrozen() {
    assertThat(map.frozen(List.of(0, 1))).containsExactly("layer4");
  }

  @Test
  void withoutBlocksWhatAlwaysTrainsIsNotFrozen() {
    assertThat(map.frozen(List.of()))
        .containsExactlyInAnyOrder("layer0", "layer1", "layer3", "layer4");
  }

  @Test
  void aMapWithoutBlocksIsRefused() {
    assertThatThrownBy(() -> new BlockMap(List.of(), layers.subList(0, 2), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no block to sample: every layer always trains ([layer0, layer1]) or never ([]).");
  }
}
