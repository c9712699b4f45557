package org.owlore.dl4j.lowrank;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** The place in a layer's configuration that holds its updater. */
@FunctionalInterface
interface UpdaterSlot {

  /** Makes an updater that of all parameters of the layer, but for those with NoOp. */
  void set(IUpdater updater);

  /**
   * The place in a configuration.
   *
   * @param name of the layer
   * @throws IllegalArgumentException if we know of none
   */
  static UpdaterSlot of(String name, Object configuration) {
    if (configuration instanceof BaseWrapperLayer wrapper) {
      return of(name, wrapper.getUnderlying());
    }
    if (configuration instanceof Bidirectional both) {
      UpdaterSlot forward = of(name, both.getFwd());
      UpdaterSlot backward = of(name, both.getBwd());
      return updater -> {
        forward.set(updater);
        backward.set(updater);
      };
    }
    if (configuration instanceof BaseLayer layer) {
      return updater -> {
        if (layer.getIUpdater() instanceof NoOp) {
          layer.setBiasUpdater(updater);
        } else {
          layer.setIUpdater(updater);
          layer.setBiasUpdater(noOpOnly(layer.getBiasUpdater()));
        }
      };
    }
    if (configuration instanceof AbstractSameDiffLayer layer) {
      return updater -> {
        if (layer.getUpdater() instanceof NoOp) {
          layer.setBiasUpdater(updater);
        } else {
          layer.setUpdater(updater);
          layer.setBiasUpdater(noOpOnly(layer.getBiasUpdater()));
        }
      };
    }
    if (configuration instanceof SameDiffVertex vertex) {
      return updater -> {
        if (vertex.getUpdater() instanceof NoOp) {
          vertex.setBiasUpdater(updater);
        } else {
          vertex.setUpdater(updater);
          vertex.setBiasUpdater(noOpOnly(vertex.getBiasUpdater()));
        }
      };
    }
    throw new IllegalArgumentException(
        "Layer \"%s\" is a %s, whose updater cannot be set: derive it from BaseLayer, SameDiffLayer or SameDiffVertex."
            .formatted(name, configuration.getClass().getName()));
  }

  private static IUpdater noOpOnly(IUpdater biasUpdater) {
    return biasUpdater instanceof NoOp ? biasUpdater : null;
  }
}
