package org.owlore.dl4j.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lays the parameters of a network out in the order in which DL4J's updaters go through them. */
final class ParameterTable {
  private final List<NetworkLayer> layers = new ArrayList<>();
  private long position;

  /** Appends a layer, if it has parameters. */
  void add(String name, int layer, Trainable trainable) {
    Map<String, INDArray> table = trainable.paramTable(false);
    if (table == null || table.isEmpty()) {
      return;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      long until = position + entry.getValue().length();
      parameters.add(new Parameter(name, entry.getKey(), entry.getValue(), position, until));
      position = until;
    }
    layers.add(new NetworkLayer(name, layer, trainable, parameters));
  }

  List<NetworkLayer> layers() {
    return List.copyOf(layers);
  }
}
