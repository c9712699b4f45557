package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a graph through which tokens flow: everything whose values are computed from the
 * sources and decide the output. Masks, positions and rotary tables are no part of it.
 */
final class Activations {
  private final Dataflow flow;
  private final BitSet positions = new BitSet();
  private final Set<String> arrays;
  private final List<Node> cutPoints;

  /**
   * Follows the tokens.
   *
   * @param sources where they enter: lookups in embedding tables, or placeholders
   */
  Activations(Dataflow flow, Collection<Node> sources) {
    this.flow = flow;
    BitSet entered = new BitSet();
    sources.forEach(source -> entered.set(source.position()));
    Set<String> reached = new HashSet<>();
    for (Node node : flow.nodes()) {
      if (entered.get(node.position()) || node.valueInputs().stream().anyMatch(reached::contains)) {
        reached.addAll(node.outputs());
      }
    }
    Set<String> deciding = deciding();
    this.arrays = new HashSet<>(reached);
    arrays.retainAll(deciding);
    arrays.stream()
        .flatMap(array -> flow.producer(array).stream())
        .forEach(node -> positions.set(node.position()));
    this.cutPoints = findCutPoints(sources);
  }

  /** The arrays whose values decide the output. */
  private Set<String> deciding() {
    Set<String> deciding = new HashSet<>(Set.of(flow.output()));
    for (int i = flow.nodes().size() - 1; i >= 0; i--) {
      Node node = flow.nodes().get(i);
      if (node.outputs().stream().anyMatch(deciding::contains)) {
        deciding.addAll(node.valueInputs());
      }
    }
    return deciding;
  }

  /** One sweep: a node is a cut point if no array that was made before it is read behind it. */
  private List<Node> findCutPoints(Collection<Node> sources) {
    Map<String, Integer> lastReader = new HashMap<>();
    for (Node node : flow.nodes()) {
      if (contains(node)) {
        node.valueInputs().forEach(input -> lastReader.put(input, node.position()));
      }
    }
    int reach = sources.stream().filter(this::contains).mapToInt(Node::position).max().orElse(-1);
    List<Node> found = new ArrayList<>();
    for (Node node : flow.nodes()) {
      if (contains(node)) {
        List<String> read = node.outputs().stream().filter(arrays::contains).toList();
        if (node.position() >= reach && read.size() == 1) {
          found.add(node);
        }
        for (String array : read) {
          reach = Math.max(reach, lastReader.getOrDefault(array, -1));
        }
      }
    }
    return found;
  }

  /** Whether the array is an activation. */
  boolean contains(String array) {
    return arrays.contains(array);
  }

  /** Whether the node makes an activation. */
  boolean contains(Node node) {
    return positions.get(node.position());
  }

  /**
   * The nodes through which every path from the sources to the output passes, in execution order:
   * the residual stream between two blocks is one.
   */
  List<Node> cutPoints() {
    return cutPoints;
  }

  /** The one activation that a cut point makes. */
  String arrayOf(Node cutPoint) {
    return cutPoint.outputs().stream().filter(arrays::contains).findFirst().orElseThrow();
  }
}
