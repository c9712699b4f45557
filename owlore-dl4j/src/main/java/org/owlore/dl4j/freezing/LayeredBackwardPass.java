package org.owlore.dl4j.freezing;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.network.NetworkLayer;

/** Of a {@link MultiLayerNetwork}: layers are replaced where the network holds them. */
final class LayeredBackwardPass implements BackwardPass {
  private final Layer[] layers;
  private final Layer[] originals;
  private final Set<Integer> frozen;
  private final int lowestTrained;

  LayeredBackwardPass(LayeredNetwork network, Set<NetworkLayer> frozen) {
    this.layers = network.model().getLayers();
    this.originals = layers.clone();
    this.frozen =
        frozen.stream().map(NetworkLayer::position).collect(Collectors.toUnmodifiableSet());
    this.lowestTrained =
        network.layers().stream()
            .filter(layer -> !frozen.contains(layer))
            .mapToInt(NetworkLayer::position)
            .min()
            .orElse(layers.length - 1);
  }

  @Override
  public void shorten() {
    if (lowestTrained > 0) {
      layers[lowestTrained - 1] = new StoppingLayer(originals[lowestTrained - 1], this::restore);
    }
    IntStream.range(lowestTrained, layers.length)
        .filter(frozen::contains)
        .forEach(
            position -> layers[position] = new PassingLayer(originals[position], this::restore));
  }

  @Override
  public void restore() {
    System.arraycopy(originals, 0, layers, 0, layers.length);
  }
}
