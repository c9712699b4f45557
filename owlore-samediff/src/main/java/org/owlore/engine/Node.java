package org.owlore.engine;

import java.util.List;
import lombok.NonNull;

/**
 * One operation of a graph, with its arrays by name.
 *
 * @param operation what is computed
 * @param inputs names of the arrays it reads
 * @param outputs names of the arrays it makes
 */
record Node(
    @NonNull Operation operation, @NonNull List<String> inputs, @NonNull List<String> outputs) {

  Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  static Node of(Operation operation, List<String> inputs, String output) {
    return new Node(operation, inputs, List.of(output));
  }

  String output() {
    return outputs.get(0);
  }
}
