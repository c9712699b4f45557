package org.owlore.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import lombok.Builder;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Which variables make up which part of a model.
 *
 * <p>With a tied embedding the one matrix is listed under {@code embedding} and {@code head} is
 * empty. {@link #toBuilder()} and {@link #withLayer} correct a map that was guessed wrong.
 *
 * @param layers the transformer blocks from input to output; {@code layers.get(i).index() == i}
 * @param embedding variables of the token embedding
 * @param finalNorm variables of the norm behind the last block
 * @param head variables of the output head
 */
@Builder(toBuilder = true)
public record LayerMap(
    @NonNull List<Layer> layers,
    @NonNull List<String> embedding,
    @NonNull List<String> finalNorm,
    @NonNull List<String> head) {

  /**
   * Copies the lists and checks that the layers are numbered from 0 without gaps and that no
   * variable is listed twice.
   */
  public LayerMap {
    layers = List.copyOf(layers);
    embedding = List.copyOf(embedding);
    finalNorm = List.copyOf(finalNorm);
    head = List.copyOf(head);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).index() != i) {
        throw new IllegalArgumentException(
            "Layer at position " + i + " carries index " + layers.get(i).index() + ".");
      }
    }
    Set<String> listed = new HashSet<>();
    Stream.of(
            layers.stream().flatMap(layer -> layer.variables().stream()),
            embedding.stream(),
            finalNorm.stream(),
            head.stream())
        .flatMap(variables -> variables)
        .filter(variable -> !listed.add(variable))
        .findFirst()
        .ifPresent(
            variable -> {
              throw new IllegalArgumentException(
                  "Variable \"" + variable + "\" is listed twice: it can be in one part only.");
            });
  }

  /** Number of transformer blocks. */
  public int size() {
    return layers.size();
  }

  /**
   * The same map with one layer corrected.
   *
   * @param layer takes the place of the layer of its index
   * @throws IllegalArgumentException if there is no such layer
   */
  public LayerMap withLayer(@NonNull Layer layer) {
    if (layer.index() < 0 || layer.index() >= size()) {
      throw new IllegalArgumentException(
          "There is no layer " + layer.index() + " to correct: the map has " + size() + ".");
    }
    List<Layer> corrected = new ArrayList<>(layers);
    corrected.set(layer.index(), layer);
    return toBuilder().layers(corrected).build();
  }

  /**
   * A table for people: a row for the embedding, each layer, the final norm and the head, with how
   * many weights they have, and a line for each variable: the shape in which it is stored and, for
   * linear weights, which axis is the output's.
   *
   * @param graph holds the variables
   */
  public String table(@NonNull SameDiff graph) {
    return LayerTable.of(this, graph);
  }
}
