package org.owlore.dl4j.lowrank;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;

/**
 * Gives each layer its {@link LayerGaLore}.
 *
 * @param settings of all layers
 * @param notProjected names of layers that take plain AdamW
 */
public record LayerBinding(@NonNull GaLoreUpdater settings, @NonNull Set<String> notProjected) {

  /**
   * Replaces the updaters of layers and of their configurations.
   *
   * @param layers of one network
   * @param parameters all parameters of the network, flat
   * @throws IllegalArgumentException if a name is unknown, or a layer cannot be trained so; nothing
   *     has changed
   */
  public void bind(@NonNull List<BoundLayer> layers, @NonNull INDArray parameters) {
    checkNames(layers);
    checkType(parameters.dataType());
    checkApart(layers);
    List<Optional<LayerGaLore>> updaters =
        layers.stream().map(layer -> updater(layer, parameters)).toList();
    for (int i = 0; i < updaters.size(); i++) {
      BoundLayer layer = layers.get(i);
      updaters.get(i).ifPresent(layer::setUpdater);
    }
  }

  private Optional<LayerGaLore> updater(BoundLayer layer, INDArray flat) {
    layer.checkUpdater();
    boolean project = !notProjected.contains(layer.name());
    List<MatrixLayout> layouts = new ArrayList<>();
    for (Parameter parameter : new TrainedParameters(layer, flat).inMemoryOrder()) {
      layouts.add(
          project
              ? MatrixLayout.of(parameter, layer.trainable().getConfig(), settings)
              : MatrixLayout.row(parameter));
    }
    return layouts.isEmpty()
        ? Optional.empty()
        : Optional.of(new LayerGaLore(layer.name(), layouts, settings));
  }

  private void checkNames(List<BoundLayer> layers) {
    List<String> names = layers.stream().map(BoundLayer::name).toList();
    Set<String> unknown = new TreeSet<>(notProjected);
    names.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "There are no trained layers %s that could stay without projection: the network has %s."
              .formatted(unknown, names));
    }
  }

  private static void checkType(DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "GaLore's state lies in an array of the network's type, and %s is too coarse for it: make the network FLOAT or DOUBLE."
              .formatted(type));
    }
  }

  /** Two layers with one configuration would share one updater, which knows but one of them. */
  private static void checkApart(List<BoundLayer> layers) {
    Map<Object, String> owners = new IdentityHashMap<>();
    for (BoundLayer layer : layers) {
      String other = owners.put(layer.saved(), layer.name());
      if (other != null) {
        throw new IllegalArgumentException(
            "Layers \"%s\" and \"%s\" are one and the same configuration object: give each of them its own, e.g. by clone()."
                .formatted(other, layer.name()));
      }
    }
  }
}
