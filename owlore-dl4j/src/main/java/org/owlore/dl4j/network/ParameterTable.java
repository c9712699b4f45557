package org.owlore.dl4j.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays the parameters of a network out as they lie in its flat arrays. Where a parameter lies is
 * read from its memory: the tables of some layers (SeparableConvolution2D) are in another order.
 */
final class ParameterTable {
  private final List<NetworkLayer> layers = new ArrayList<>();
  private final INDArray flat;

  /**
   * An empty table.
   *
   * @param flat all parameters of the network
   */
  ParameterTable(INDArray flat) {
    this.flat = flat;
  }

  /** Appends a layer, if it has parameters. */
  void add(String name, int position, Trainable trainable) {
    Map<String, INDArray> table = trainable.paramTable(false);
    if (table == null || table.isEmpty()) {
      return;
    }
    List<Parameter> parameters = new ArrayList<>();
    table.forEach((key, values) -> parameters.add(parameter(name, key, values)));
    parameters.sort(Comparator.comparingLong(Parameter::from));
    layers.add(new NetworkLayer(name, position, trainable, parameters));
  }

  private Parameter parameter(String layer, String key, INDArray values) {
    long from = values.offset() - flat.offset();
    return new Parameter(layer, key, values, from, from + values.length());
  }

  List<NetworkLayer> layers() {
    return List.copyOf(layers);
  }
}
