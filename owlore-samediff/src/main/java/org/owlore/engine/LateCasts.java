package org.owlore.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Casts a weight anew in front of each operation that reads the cast, so that a weight that is
 * stored narrow is wide for one operation at a time and never from the forward to the backward
 * pass. A cast costs next to nothing against what follows it.
 */
final class LateCasts {
  private final Map<String, ArrayType> types;

  /** Placeholders, and what is computed; other arrays are weights or views of them. */
  private final Set<String> computed = new HashSet<>();

  /** The cast, and the views of it, that lead from a weight to an array. */
  private final Map<String, List<Node>> recipes = new HashMap<>();

  private final List<Node> nodes = new ArrayList<>();

  private LateCasts(LoweredGraph graph, Set<String> placeholders) {
    types = new HashMap<>(graph.types());
    computed.addAll(placeholders);
    graph.nodes().forEach(this::take);
  }

  /**
   * The graph with late casts.
   *
   * @param graph the lowered graph, which is not changed
   * @param placeholders the arrays that are no weights though nothing computes them
   * @param wanted arrays that somebody outside the graph reads
   */
  static LoweredGraph of(LoweredGraph graph, Set<String> placeholders, Collection<String> wanted) {
    LateCasts late = new LateCasts(graph, placeholders);
    return new LoweredGraph(DeadCode.eliminate(late.nodes, wanted), late.types, graph.constants());
  }

  private void take(Node node) {
    List<Node> recipe = recipe(node);
    if (recipe.isEmpty()) {
      nodes.add(withOwnCasts(node));
    } else {
      recipes.put(node.output(), recipe);
      nodes.add(node); // dead unless somebody outside wants it
    }
    if (!isView(node) || computed.contains(node.inputs().get(0))) {
      computed.addAll(node.outputs());
    }
  }

  private List<Node> recipe(Node node) {
    if (isCast(node) && !computed.contains(node.inputs().get(0))) {
      return List.of(node);
    }
    if (isView(node) && recipes.containsKey(node.inputs().get(0))) {
      List<Node> recipe = new ArrayList<>(recipes.get(node.inputs().get(0)));
      recipe.add(node);
      return recipe;
    }
    return List.of();
  }

  private static boolean isView(Node node) {
    return node.operation().kind() == Operation.Kind.VIEW;
  }

  private boolean isCast(Node node) {
    return node.operation().is("cast")
        && types.get(node.inputs().get(0)).dataType().isFPType()
        && types.get(node.output()).dataType().isFPType();
  }

  private Node withOwnCasts(Node node) {
    Map<String, String> own = new LinkedHashMap<>();
    for (String input : node.inputs()) {
      if (recipes.containsKey(input)) {
        own.computeIfAbsent(input, this::follow);
      }
    }
    List<String> inputs =
        node.inputs().stream().map(input -> own.getOrDefault(input, input)).toList();
    return new Node(node.operation(), inputs, node.outputs());
  }

  private String follow(String result) {
    String input = null;
    for (Node step : recipes.get(result)) {
      String output = step.output() + "#at " + nodes.size();
      types.put(output, types.get(step.output()));
      nodes.add(Node.of(step.operation(), input == null ? step.inputs() : List.of(input), output));
      input = output;
    }
    return input;
  }
}
