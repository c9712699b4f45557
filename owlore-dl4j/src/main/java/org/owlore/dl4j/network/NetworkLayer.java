package org.owlore.dl4j.network;

import java.util.List;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Trainable;

/**
 * A layer, or a vertex of a graph, that has parameters.
 *
 * @param name the layer's name
 * @param position of the layer among all layers, or of the vertex among all vertices
 * @param trainable the layer or vertex itself
 * @param parameters at least one, in the order of the flat arrays, without gaps
 */
public record NetworkLayer(
    @NonNull String name,
    int position,
    @NonNull Trainable trainable,
    @NonNull List<Parameter> parameters) {

  /** Copies the list. */
  public NetworkLayer {
    parameters = List.copyOf(parameters);
  }

  /** First position in the flat arrays. */
  public long from() {
    return parameters.get(0).from();
  }

  /** Position behind the last one in the flat arrays. */
  public long until() {
    return parameters.get(parameters.size() - 1).until();
  }

  /** Whether it has a matrix, and so is worth a score. */
  public boolean hasMatrix() {
    return parameters.stream().anyMatch(Parameter::isMatrix);
  }
}
