package org.owlore.dl4j.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;

/**
 * A block with what is known of it.
 *
 * @param layer as metrics see it
 * @param weights its linear weights
 * @param stream where it begins and ends
 */
record ScorableBlock(Layer layer, List<Weight> weights, BlockStream stream) {

  /**
   * A linear weight.
   *
   * @param position of its layer in the network
   * @param parameter its live values
   * @param multiplication how they are used
   */
  record Weight(int position, Parameter parameter, Multiplication multiplication) {

    /** Unique in the network. */
    String name() {
      return parameter.name();
    }

    /** Name of the activation that it multiplies, unique in the network. */
    String input() {
      return "%s of layer \"%s\"".formatted(multiplication.input(), parameter.layer());
    }

    private LinearWeight linear() {
      return new LinearWeight(name(), input(), multiplication.orientation());
    }
  }

  static ScorableBlock of(Network network, Block block) {
    List<Weight> weights = weights(block, Multiplications::of);
    if (weights.isEmpty()) {
      weights = weights(block, layer -> withoutInput(block, layer));
    }
    BlockStream stream = BlockStream.of(network, block);
    Layer layer =
        Layer.builder()
            .index(block.index())
            .linears(weights.stream().map(Weight::linear).toList())
            .others(others(block, weights.stream().map(Weight::name).toList()))
            .input(stream.input())
            .output(stream.output())
            .build();
    return new ScorableBlock(layer, weights, stream);
  }

  private static List<Weight> weights(
      Block block, Function<NetworkLayer, List<Multiplication>> multiplications) {
    List<Weight> weights = new ArrayList<>();
    for (NetworkLayer layer : block.layers()) {
      for (Multiplication multiplication : multiplications.apply(layer)) {
        layer.parameters().stream()
            .filter(parameter -> parameter.key().equals(multiplication.key()))
            .map(parameter -> new Weight(layer.position(), parameter, multiplication))
            .forEach(weights::add);
      }
    }
    return weights;
  }

  /** Metrics that need no activations can score these; the others find out when they ask. */
  private static List<Multiplication> withoutInput(Block block, NetworkLayer layer) {
    return layer.parameters().stream()
        .filter(Parameter::isMatrix)
        .map(
            parameter ->
                Multiplication.outFirst(
                    parameter.key(),
                    "unknown input",
                    (pass, visitor) -> {
                      throw unknown(block);
                    }))
        .toList();
  }

  private static IllegalArgumentException unknown(Block block) {
    return new IllegalArgumentException(
        "It is not known what the matrices of block %d (%s) multiply, so their activations cannot be scored: choose a metric that needs none (weight norm, Hill alpha), or give a distribution instead."
            .formatted(block.index(), block.name()));
  }

  private static List<String> others(Block block, List<String> linear) {
    return block.layers().stream()
        .flatMap(layer -> layer.parameters().stream())
        .map(Parameter::name)
        .filter(name -> !linear.contains(name))
        .toList();
  }
}
