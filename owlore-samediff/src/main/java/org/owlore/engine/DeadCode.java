package org.owlore.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops operations whose results nothing needs. */
final class DeadCode {

  private DeadCode() {}

  /** The nodes that the outputs depend on, in the same order. */
  static List<Node> eliminate(List<Node> nodes, Collection<String> outputs) {
    Set<String> needed = new HashSet<>(outputs);
    Deque<Node> alive = new ArrayDeque<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
        alive.addFirst(node);
      }
    }
    return List.copyOf(alive);
  }
}
