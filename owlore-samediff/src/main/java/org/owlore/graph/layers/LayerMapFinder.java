package org.owlore.graph.layers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.graph.LayerMap;
import org.owlore.graph.layers.FoundLayers.Evidence;

/**
 * Finds which variables of a SameDiff graph make up which layer.
 *
 * <p>Reads the forward graph only; nothing is executed. Tokens are followed from the lookups in the
 * embedding (or from placeholders where there is none) to an output. Each trainable variable then
 * belongs where it meets them, and the layers meet at arrays through which every path leads: the
 * residual stream. Of an encoder and a decoder with ids of their own, the decoder's layers are
 * found, and the encoder is part of the embedding. Loops are not followed.
 *
 * <p>What is returned lists each variable once. A variable that several layers share is listed
 * under the embedding unless its name says to which layer it belongs; so is a head that is tied to
 * the embedding. A weight that is not a matrix, or that multiplies no activation, is among a
 * layer's others.
 */
public final class LayerMapFinder {
  private final Dataflow flow;
  private final Activations activations;
  private final Weights weights;

  /**
   * Reads a graph.
   *
   * @param graph the graph; its trainable weights are floating-point variables
   * @param output name of an array that the layers lead to, such as the logits
   * @throws LayersNotFoundException if there is no such array, nothing trainable or no placeholder
   *     leads to it, or control flow does
   */
  public LayerMapFinder(@NonNull SameDiff graph, @NonNull String output) {
    this.flow = new Dataflow(graph, output);
    this.activations = TokenSources.activations(flow);
    this.weights = new Weights(flow, activations);
    if (weights.uses().isEmpty()) {
      throw new LayersNotFoundException(
          "\""
              + output
              + "\" depends on no trainable variable: make the graph's weights floating-point"
              + " variables (SameDiff.convertToVariables) before looking for layers.");
    }
  }

  /**
   * Finds the layers by the names of the variables or, where these say nothing, by structure.
   *
   * @throws LayersNotFoundException if neither tells
   */
  public FoundLayers find() {
    Optional<LayerNumbers> named = LayerNumbers.usual(weights.uses().keySet());
    if (named.isEmpty()) {
      return byStructure();
    }
    try {
      return found(named.get(), Evidence.NAMES);
    } catch (LayersNotFoundException misleading) {
      return repeated()
          .map(numbers -> found(numbers, Evidence.STRUCTURE))
          .orElseThrow(() -> misleading);
    }
  }

  /**
   * Finds the layers by names as the usual families of models give them: {@code layers.0.}, {@code
   * h.0.}, {@code layer.0.}, {@code blocks.0.}, {@code layer_0/} and their like.
   *
   * @throws LayersNotFoundException if no such numbers run from 0 without gaps, or the graph
   *     contradicts them
   */
  public FoundLayers byNames() {
    return found(
        LayerNumbers.usual(weights.uses().keySet())
            .orElseThrow(
                () ->
                    notFound(
                        "no numbers such as those of \"layers.0.\", \"h.0.\" or \"layer_0/\" run"
                            + " from 0 without gaps in the variables' names")),
        Evidence.NAMES);
  }

  /**
   * Finds the layers by a regular expression.
   *
   * @param pattern has one group, the layer's number from 0; found in the names of the layers'
   *     variables and of no others, such as {@code layers\.(\d+)\.}
   * @throws LayersNotFoundException if the pattern is not like that, or the graph contradicts it
   */
  public FoundLayers byPattern(@NonNull String pattern) {
    return found(LayerNumbers.matching(pattern, weights.uses().keySet()), Evidence.PATTERN);
  }

  /**
   * Finds the layers by what the graph computes, whatever the names: the longest run of equal
   * blocks between cut points.
   *
   * @throws LayersNotFoundException if no block with weights repeats, or equal blocks have no
   *     weights of their own
   */
  public FoundLayers byStructure() {
    return found(
        repeated()
            .orElseThrow(
                () ->
                    notFound(
                        "the names of the variables hold no layers' numbers and no block with"
                            + " weights repeats on the way to \""
                            + flow.output()
                            + "\"")),
        Evidence.STRUCTURE);
  }

  private Optional<LayerNumbers> repeated() {
    List<Segment> segments = Segments.of(flow, activations, weights);
    return RepeatedBlocks.find(segments).map(run -> numbers(run, segments));
  }

  /** Only variables that are used in one block, and nowhere else, get its number. */
  private LayerNumbers numbers(RepeatedBlocks run, List<Segment> segments) {
    Map<String, Integer> byVariable = new HashMap<>();
    weights
        .uses()
        .forEach(
            (variable, positions) ->
                run.onlyBlock(segments, positions)
                    .ifPresent(block -> byVariable.put(variable, block)));
    return new LayerNumbers(byVariable, run.count());
  }

  private FoundLayers found(LayerNumbers numbers, Evidence evidence) {
    LayerMap layers = LayerAssembly.assemble(flow, activations, weights, numbers);
    Stream<String> unused =
        flow.trainable().stream()
            .filter(variable -> !weights.uses().containsKey(variable))
            .map(
                variable ->
                    "\"%s\" is in no layer: \"%s\" does not depend on it."
                        .formatted(variable, flow.output()));
    Stream<String> shared =
        layers.embedding().stream()
            .filter(variable -> isBehind(layers.layers().get(0).input(), variable))
            .map("\"%s\" is listed under the embedding: several layers share it."::formatted);
    return new FoundLayers(layers, evidence, Stream.concat(unused, shared).toList());
  }

  private boolean isBehind(String array, String variable) {
    return weights.uses().get(variable).get(0)
        > flow.producer(array).map(Node::position).orElse(-1);
  }

  private static LayersNotFoundException notFound(String reason) {
    return new LayersNotFoundException(
        "No layers were found: "
            + reason
            + "; give a layer pattern, a regular expression whose one group is the layer's number,"
            + " such as \"layers\\.(\\d+)\\.\".");
  }
}
