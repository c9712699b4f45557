package org.owlore.engine;

import java.util.List;
import java.util.Optional;

/** Replaces one operation by simpler or faster ones, when it can. */
interface Rewrite {

  /**
   * The replacement of a node.
   *
   * @param node the node; its inputs' types are known
   * @param scope the graph around it
   * @return nodes that make the outputs of {@code node} that are needed, or empty to leave it alone
   */
  Optional<List<Node>> rewrite(Node node, LoweringScope scope);
}
