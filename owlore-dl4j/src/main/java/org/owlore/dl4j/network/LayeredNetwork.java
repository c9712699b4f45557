package org.owlore.dl4j.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link MultiLayerNetwork}. A layer is called by its own name, or by its number where it has
 * none or shares it.
 *
 * @param model the network, initialized
 */
public record LayeredNetwork(@NonNull MultiLayerNetwork model) implements Network {

  /** Refuses a network that is not initialized, or that has frozen layers already. */
  public LayeredNetwork {
    if (!model.isInitCalled()) {
      throw new IllegalArgumentException(
          "The MultiLayerNetwork has no parameters yet: call init() first.");
    }
    Layer[] layers = model.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] instanceof FrozenLayer || layers[i] instanceof FrozenLayerWithBackprop) {
        throw new FrozenAlreadyException(name(model, i));
      }
    }
  }

  @Override
  public List<NetworkLayer> layers() {
    ParameterTable table = new ParameterTable(model.params());
    Layer[] layers = model.getLayers();
    for (int i = 0; i < layers.length; i++) {
      table.add(name(model, i), i, layers[i]);
    }
    return table.layers();
  }

  private static String name(MultiLayerNetwork model, int position) {
    List<String> names = new ArrayList<>();
    for (Layer layer : model.getLayers()) {
      names.add(layer.conf().getLayer().getLayerName());
    }
    String name = names.get(position);
    return name == null || Collections.frequency(names, name) > 1 ? String.valueOf(position) : name;
  }

  @Override
  public List<String> inputsOf(String layer) {
    String previous = null;
    for (NetworkLayer candidate : layers()) {
      if (candidate.name().equals(layer)) {
        return previous == null ? List.of() : List.of(previous);
      }
      previous = candidate.name();
    }
    throw new IllegalArgumentException("There is no layer \"" + layer + "\" with parameters.");
  }

  @Override
  public Set<String> heads() {
    List<NetworkLayer> layers = layers();
    return layers.isEmpty() ? Set.of() : Set.of(layers.get(layers.size() - 1).name());
  }

  @Override
  public BaseMultiLayerUpdater<?> updater() {
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return (BaseMultiLayerUpdater<?>) model.getUpdater();
    }
  }

  @Override
  public int iteration() {
    return model.getLayerWiseConfigurations().getIterationCount();
  }
}
