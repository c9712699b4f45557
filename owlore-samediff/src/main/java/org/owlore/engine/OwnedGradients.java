package org.owlore.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies each gradient whose memory something else reads later, because whoever receives a gradient
 * may overwrite it: the gradients of two weights that are added are one array.
 */
final class OwnedGradients {
  private static final int BEFORE_ALL = -1;

  private final Map<String, String> roots = new HashMap<>();
  private final Map<String, Integer> makers = new HashMap<>();
  private final Map<String, Integer> lastReads = new HashMap<>();
  private final Map<String, ArrayType> types;
  private final Map<String, String> names = new TreeMap<>();
  private final LoweredGraph graph;

  /**
   * Adds the copies that are needed.
   *
   * @param graph the lowered graph, which is not changed
   * @param gradients variable to name of its gradient
   * @param kept arrays that somebody outside the graph reads
   */
  OwnedGradients(LoweredGraph graph, Map<String, String> gradients, Collection<String> kept) {
    this.types = new HashMap<>(graph.types());
    for (int i = 0; i < graph.nodes().size(); i++) {
      note(i, graph.nodes().get(i));
    }
    Map<Integer, List<Node>> copies = new HashMap<>();
    gradients.forEach(
        (variable, gradient) -> {
          names.put(variable, gradient);
          if (isShared(gradient, gradients.values(), kept)) {
            Node copy = copy(variable, gradient);
            names.put(variable, copy.output());
            int maker = makers.getOrDefault(gradient, BEFORE_ALL);
            copies.computeIfAbsent(maker, index -> new ArrayList<>()).add(copy);
          }
        });
    this.graph = new LoweredGraph(withCopies(graph.nodes(), copies), types, graph.constants());
  }

  /** Variable to name of the gradient that its receiver may overwrite. */
  Map<String, String> names() {
    return names;
  }

  /** The graph including the copies. */
  LoweredGraph graph() {
    return graph;
  }

  private void note(int index, Node node) {
    boolean view = node.operation().kind() == Operation.Kind.VIEW;
    for (String output : node.outputs()) {
      roots.put(output, view ? root(node.inputs().get(0)) : output);
      makers.put(output, index);
    }
    if (!view) {
      node.inputs().forEach(input -> lastReads.put(root(input), index));
    }
  }

  private String root(String name) {
    return roots.getOrDefault(name, name);
  }

  private boolean isShared(String gradient, Collection<String> gradients, Collection<String> kept) {
    String root = root(gradient);
    return !makers.containsKey(root)
        || lastReads.getOrDefault(root, BEFORE_ALL) > makers.get(gradient)
        || kept.stream().anyMatch(name -> root(name).equals(root))
        || gradients.stream().filter(name -> root(name).equals(root)).count() > 1;
  }

  private Node copy(String variable, String gradient) {
    String name = gradient + "#of " + variable;
    types.put(name, types.get(gradient));
    return Node.of(Operation.custom("identity"), List.of(gradient), name);
  }

  private static List<Node> withCopies(List<Node> nodes, Map<Integer, List<Node>> copies) {
    List<Node> all = new ArrayList<>(copies.getOrDefault(BEFORE_ALL, List.of()));
    for (int i = 0; i < nodes.size(); i++) {
      all.add(nodes.get(i));
      all.addAll(copies.getOrDefault(i, List.of()));
    }
    return all;
  }
}
