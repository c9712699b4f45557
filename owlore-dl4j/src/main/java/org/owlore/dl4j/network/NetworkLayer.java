package org.owlore.dl4j.network;

import java.util.List;
import java.util.Optional;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

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

  /** The DL4J layer; empty for a vertex that has parameters of its own. */
  public Optional<Layer> layer() {
    if (trainable instanceof Layer layer) {
      return Optional.of(layer);
    }
    return Optional.ofNullable(((GraphVertex) trainable).getLayer());
  }

  /** Whether it keeps statistics of its inputs, which move without a gradient. */
  public boolean isBatchNormalization() {
    return layer()
        .map(layer -> layer.conf().getLayer())
        .filter(BatchNormalization.class::isInstance)
        .isPresent();
  }

  /** Whether it looks rows up by number. */
  public boolean isEmbedding() {
    return layer()
        .map(layer -> layer.conf().getLayer())
        .filter(conf -> conf instanceof EmbeddingLayer || conf instanceof EmbeddingSequenceLayer)
        .isPresent();
  }

  /** By the layer itself, not by the values of its parameters, which training changes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkLayer layer && layer.trainable == trainable;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(trainable);
  }
}
