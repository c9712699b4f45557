package org.owlore.dl4j.lowrank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.misc.DummyConfig;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A layer with parameters that train, and its configuration. Layers and vertices that DL4J has
 * frozen are none.
 *
 * @param name the layer's name, or its number where it has none or shares it
 * @param trainable the layer or vertex
 * @param saved the layer's configuration in that of the network, which is what a file holds; the
 *     layer itself may use a copy
 */
public record BoundLayer(String name, Trainable trainable, Object saved) {

  /**
   * The layers of a network.
   *
   * @param network initialized
   * @param configuration the network's own, or the one that the network was made from a copy of
   */
  public static List<BoundLayer> of(
      MultiLayerNetwork network, MultiLayerConfiguration configuration) {
    List<String> names = new ArrayList<>();
    for (Layer layer : network.getLayers()) {
      names.add(layer.conf().getLayer().getLayerName());
    }
    List<BoundLayer> layers = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Layer layer = network.getLayer(i);
      if (trains(layer) && !(layer instanceof FrozenLayerWithBackprop)) {
        String name = names.get(i);
        boolean unique = name != null && Collections.frequency(names, name) == 1;
        layers.add(
            new BoundLayer(
                unique ? name : String.valueOf(i), layer, configuration.getConf(i).getLayer()));
      }
    }
    return layers;
  }

  /**
   * The layers and vertices of a graph.
   *
   * @param network initialized
   * @param configuration the network's own, or the one that the network was made from a copy of
   */
  public static List<BoundLayer> of(
      ComputationGraph network, ComputationGraphConfiguration configuration) {
    List<BoundLayer> layers = new ArrayList<>();
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : network.getVertices()) {
      if (trains(vertex) && !(vertex.getLayer() instanceof FrozenLayerWithBackprop)) {
        String name = vertex.getVertexName();
        layers.add(new BoundLayer(name, vertex, saved(name, configuration)));
      }
    }
    return layers;
  }

  /**
   * Makes sure that the layer's updater can be set.
   *
   * @throws IllegalArgumentException if it cannot
   */
  void checkUpdater() {
    UpdaterSlot.of(name, saved);
    UpdaterSlot.of(name, trainable.getConfig());
  }

  /** Sets the updater of all trained parameters, in the configuration and its copy, if any. */
  void setUpdater(IUpdater updater) {
    UpdaterSlot.of(name, saved).set(updater);
    UpdaterSlot.of(name, trainable.getConfig()).set(updater);
  }

  private static boolean trains(Trainable trainable) {
    return trainable.numParams() > 0 && !(trainable.getConfig() instanceof DummyConfig);
  }

  private static Object saved(String name, ComputationGraphConfiguration configuration) {
    GraphVertex vertex = configuration.getVertices().get(name);
    return vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex;
  }
}
