package org.owlore.dl4j.network;

import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One parameter of a layer, and where it lies in the flat arrays of its network.
 *
 * @param layer name of the layer
 * @param key name within the layer, e.g. {@code W}
 * @param values the live parameter, of its own shape
 * @param from first position in the flat arrays
 * @param until position behind the last one
 */
public record Parameter(
    @NonNull String layer, @NonNull String key, @NonNull INDArray values, long from, long until) {

  /** The name that is unique in the network: layer and key. */
  public String name() {
    return layer + "_" + key;
  }

  /** Whether it is a matrix, or a kernel that acts as one, with more than one row and column. */
  public boolean isMatrix() {
    return values.rank() >= 2 && values.size(0) > 1 && values.length() > values.size(0);
  }

  /** By name and place, not by its values, which training changes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Parameter parameter
        && parameter.from == from
        && parameter.name().equals(name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }
}
