package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Finds the cut points between layers: the first layer begins at the last cut point before its
 * variables meet the tokens; each layer ends at the first cut point at which all of its own have.
 */
final class Borders {
  private final Activations activations;
  private final Weights weights;
  private final LayerNumbers numbers;

  /** Where the first variable of each layer meets the tokens, then a position behind the output. */
  private final int[] first;

  private Borders(Activations activations, Weights weights, LayerNumbers numbers) {
    this.activations = activations;
    this.weights = weights;
    this.numbers = numbers;
    this.first = new int[numbers.size() + 1];
    Arrays.fill(first, Integer.MAX_VALUE);
    weights
        .uses()
        .forEach(
            (variable, positions) ->
                layerOf(variable)
                    .ifPresent(layer -> first[layer] = Math.min(first[layer], positions.get(0))));
  }

  /**
   * The cut points.
   *
   * @return one more than there are layers
   * @throws LayersNotFoundException if the layers are not one behind the other
   */
  static List<Node> find(Activations activations, Weights weights, LayerNumbers numbers) {
    return new Borders(activations, weights, numbers).find();
  }

  private List<Node> find() {
    List<Node> borders = new ArrayList<>();
    borders.add(
        lastCutPoint(position -> position < first[0])
            .orElseThrow(() -> notInLine(0, "no single array leads into it")));
    int[] last = lastUses();
    for (int layer = 0; layer < last.length; layer++) {
      if (first[layer] == Integer.MAX_VALUE) {
        throw notInLine(layer, "no trainable variable is its own");
      }
      int from = last[layer];
      int until = first[layer + 1];
      Optional<Node> end =
          activations.cutPoints().stream()
              .filter(cut -> cut.position() >= from && cut.position() < until)
              .findFirst();
      int number = layer;
      borders.add(
          end.orElseThrow(
              () -> notInLine(number, "no single array leads from it to what comes next")));
    }
    requireInside(borders);
    return borders;
  }

  /** What two layers share must first be used in the one whose number it has. */
  private void requireInside(List<Node> borders) {
    weights
        .uses()
        .forEach(
            (variable, positions) ->
                layerOf(variable)
                    .filter(layer -> positions.get(0) > borders.get(layer + 1).position())
                    .ifPresent(
                        layer -> {
                          throw notInLine(
                              layer, "its variable \"" + variable + "\" is used behind it only");
                        }));
  }

  /** Where the last variable of each layer meets the tokens, before the next layer begins. */
  private int[] lastUses() {
    int[] last = new int[numbers.size()];
    weights
        .uses()
        .forEach(
            (variable, positions) ->
                layerOf(variable)
                    .ifPresent(
                        layer ->
                            positions.stream()
                                .filter(position -> position < first[layer + 1])
                                .forEach(
                                    position -> last[layer] = Math.max(last[layer], position))));
    return last;
  }

  private Optional<Integer> layerOf(String variable) {
    return Optional.ofNullable(numbers.byVariable().get(variable));
  }

  private Optional<Node> lastCutPoint(IntPredicate position) {
    return activations.cutPoints().stream()
        .filter(cut -> position.test(cut.position()))
        .reduce((earlier, later) -> later);
  }

  private static LayersNotFoundException notInLine(int layer, String reason) {
    return new LayersNotFoundException(
        "Layer "
            + layer
            + " cannot be told from the rest of the graph: "
            + reason
            + "; give a layer pattern that matches the blocks' variables, or state the layer map"
            + " yourself.");
  }
}
