package org.owlore.onnx.operators;

import java.util.List;

/** The meaning of an ONNX operator. */
@FunctionalInterface
interface Operator {

  /**
   * Translates one node.
   *
   * @return its outputs, in their order
   * @throws ArithmeticException when shapes do not go together
   * @throws UnsupportedOperationException when the node uses what is not supported; the message
   *     continues "cannot be imported: "
   */
  List<Value> apply(Node node, ImportedGraph graph);

  /** An operator with one output. */
  @FunctionalInterface
  interface Single extends Operator {
    Value value(Node node, ImportedGraph graph);

    @Override
    default List<Value> apply(Node node, ImportedGraph graph) {
      return List.of(value(node, graph));
    }
  }
}
