package org.owlore.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Softmax over axis 1 of an array of rank 4, and its gradient, over the last axis of a permuted
 * array: ND4J 1.0.0-M2.1 on oneDNN computes something else there.
 */
final class SoftmaxAxis implements Rewrite {
  private static final int RANK = 4;
  private static final long[] AXIS_LAST = {0, 2, 3, 1};
  private static final long[] AXIS_BACK = {0, 3, 1, 2};

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    boolean softmax = node.operation().is("softmax") || node.operation().is("softmax_bp");
    if (!softmax || !applies(node.operation(), scope.type(node.inputs().get(0)))) {
      return Optional.empty();
    }
    List<Node> nodes = new ArrayList<>();
    List<String> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      String moved = input + "#axis 1 last";
      if (!scope.isMade(moved)) {
        nodes.add(Node.of(Operation.custom("permute", AXIS_LAST), List.of(input), moved));
      }
      inputs.add(moved);
    }
    String made = scope.fresh(node.output());
    nodes.add(Node.of(Operation.custom(node.operation().name(), RANK - 1), inputs, made));
    nodes.add(Node.of(Operation.custom("permute", AXIS_BACK), List.of(made), node.output()));
    return Optional.of(nodes);
  }

  private static boolean applies(Operation operation, ArrayType type) {
    long axis = operation.integers().isEmpty() ? -1 : operation.integers().get(0);
    return type.rank() == RANK && Math.floorMod(axis, RANK) == 1;
  }
}
