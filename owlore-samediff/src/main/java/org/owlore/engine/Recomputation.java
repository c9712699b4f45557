package org.owlore.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Activation checkpointing: between two checkpoints the backward pass computes what it needs of the
 * forward pass again, just before it needs it, so that only the checkpoints live from one pass to
 * the other.
 *
 * <p>What comes before the first checkpoint (masks, position tables) is shared by all sections and
 * kept; so is what comes behind the last one, which the backward pass reads at once. Random
 * operations are kept too: they would draw other numbers.
 */
final class Recomputation {
  private static final int BEFORE_ALL = 0;

  private final Set<String> checkpoints;
  private final Map<String, ArrayType> types;
  private final Map<String, Node> recomputable = new HashMap<>();
  private final Map<String, String> again = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  private Recomputation(Set<String> checkpoints, LoweredGraph graph) {
    this.checkpoints = checkpoints;
    this.types = new HashMap<>(graph.types());
  }

  /**
   * The same graph with recomputation.
   *
   * @param checkpoints arrays of the forward pass; none to change nothing
   * @param graph a forward pass followed by a backward pass
   * @param outputs results of the forward pass
   */
  static LoweredGraph between(Set<String> checkpoints, LoweredGraph graph, Set<String> outputs) {
    if (checkpoints.isEmpty()) {
      return graph;
    }
    Recomputation recomputation = new Recomputation(checkpoints, graph);
    recomputation.rewrite(graph.nodes(), new HashSet<>(DeadCode.eliminate(graph.nodes(), outputs)));
    return new LoweredGraph(
        List.copyOf(recomputation.nodes), recomputation.types, graph.constants());
  }

  private void rewrite(List<Node> all, Set<Node> forward) {
    findRecomputable(all.stream().filter(forward::contains).toList());
    for (Node node : all) {
      nodes.add(forward.contains(node) ? node : readingAgain(node));
    }
  }

  /** Sections are numbered by how many checkpoints lie on the way to an array. */
  private void findRecomputable(List<Node> forward) {
    Map<String, Integer> sections = new HashMap<>();
    int lastSection = BEFORE_ALL;
    for (Node node : forward) {
      int section =
          node.inputs().stream()
              .mapToInt(input -> sections.getOrDefault(input, BEFORE_ALL))
              .max()
              .orElse(BEFORE_ALL);
      for (String output : node.outputs()) {
        boolean checkpoint = checkpoints.contains(output);
        sections.put(output, checkpoint ? section + 1 : section);
        if (checkpoint) {
          lastSection = section + 1;
        } else if (section != BEFORE_ALL && !node.operation().isRandom()) {
          recomputable.put(output, node);
        }
      }
    }
    int last = lastSection;
    recomputable.keySet().removeIf(output -> sections.get(output) == last);
  }

  private Node readingAgain(Node node) {
    return new Node(
        node.operation(), node.inputs().stream().map(this::again).toList(), node.outputs());
  }

  /** The name under which an array is there for the backward pass; computes it if need be. */
  private String again(String array) {
    Node maker = recomputable.get(array);
    if (maker == null) {
      return array;
    }
    if (!again.containsKey(array)) {
      List<String> inputs = maker.inputs().stream().map(this::again).toList();
      List<String> outputs = maker.outputs().stream().map(this::copy).toList();
      nodes.add(new Node(maker.operation(), inputs, outputs));
    }
    return again.get(array);
  }

  private String copy(String array) {
    String copy = array + "#again";
    types.put(copy, types.get(array));
    again.put(array, copy);
    return copy;
  }
}
