package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;

/**
 * Makes a layer map from the layers' numbers of some variables.
 *
 * <p>A variable without a number belongs to the layer in which alone it meets the tokens; to the
 * embedding if it meets them before the layers or in several places (a tied head, a position bias
 * that all layers share); behind the layers to the final norm if that is before any matrix product,
 * else to the head.
 */
final class LayerAssembly {
  private final Activations activations;
  private final Weights weights;
  private final LayerNumbers numbers;
  private final List<Node> borders;
  private final int headProduct;
  private final List<List<String>> layers;
  private final List<String> embedding = new ArrayList<>();
  private final List<String> finalNorm = new ArrayList<>();
  private final List<String> head = new ArrayList<>();

  private LayerAssembly(
      Dataflow flow, Activations activations, Weights weights, LayerNumbers numbers) {
    this.activations = activations;
    this.weights = weights;
    this.numbers = numbers;
    this.borders = Borders.find(activations, weights, numbers);
    this.layers =
        IntStream.range(0, numbers.size())
            .<List<String>>mapToObj(layer -> new ArrayList<>())
            .toList();
    this.headProduct =
        flow.nodes().stream()
            .filter(node -> node.isProduct() && activations.contains(node))
            .mapToInt(Node::position)
            .filter(position -> position > border(numbers.size()))
            .findFirst()
            .orElse(Integer.MAX_VALUE);
  }

  /**
   * Makes the map.
   *
   * @throws LayersNotFoundException if the layers are not one behind the other in the graph
   */
  static LayerMap assemble(
      Dataflow flow, Activations activations, Weights weights, LayerNumbers numbers) {
    return new LayerAssembly(flow, activations, weights, numbers).assemble();
  }

  private LayerMap assemble() {
    weights.uses().forEach((variable, positions) -> placeOf(variable, positions).add(variable));
    List<Layer> described = IntStream.range(0, layers.size()).mapToObj(this::describe).toList();
    return new LayerMap(described, embedding, finalNorm, head);
  }

  private List<String> placeOf(String variable, List<Integer> positions) {
    Integer number = numbers.byVariable().get(variable);
    if (number != null) {
      return layers.get(number);
    }
    if (positions.get(0) > border(layers.size())) {
      return positions.get(0) < headProduct ? finalNorm : head;
    }
    return onlyLayer(positions).map(layers::get).orElse(embedding);
  }

  private Optional<Integer> onlyLayer(List<Integer> positions) {
    return IntStream.range(0, layers.size())
        .filter(
            layer ->
                positions.stream().allMatch(at -> at > border(layer) && at <= border(layer + 1)))
        .boxed()
        .findFirst();
  }

  private int border(int index) {
    return borders.get(index).position();
  }

  private Layer describe(int index) {
    List<LinearWeight> linears = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String variable : layers.get(index)) {
      weights.linear(variable).ifPresentOrElse(linears::add, () -> others.add(variable));
    }
    return new Layer(
        index,
        linears,
        others,
        activations.arrayOf(borders.get(index)),
        activations.arrayOf(borders.get(index + 1)));
  }
}
