package org.owlore.engine;

import java.util.List;
import java.util.Optional;

/**
 * Computes the gradient of softmax from its result, {@code P (dP - sum(dP P))}.
 *
 * <p>The native {@code softmax_bp} starts again from the input: it costs three times as much, and
 * keeps an array of attention scores alive from forward to backward beside the probabilities.
 */
final class SoftmaxGradient implements Rewrite {

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    if (!node.operation().is("softmax_bp")) {
      return Optional.empty();
    }
    String input = node.inputs().get(0);
    String upstream = node.inputs().get(1);
    ArrayType type = scope.type(input);
    long axis = axis(node.operation(), type);
    return scope
        .resultOf("softmax", List.of(input))
        .filter(softmax -> axis(softmax.operation(), type) == axis)
        .map(softmax -> gradient(softmax.output(), upstream, axis, node.output(), scope));
  }

  private static List<Node> gradient(
      String probabilities, String upstream, long axis, String output, LoweringScope scope) {
    String weighted = scope.fresh(output);
    String sums = scope.fresh(output);
    String centred = scope.fresh(output);
    return List.of(
        Node.of(Operation.custom("multiply"), List.of(upstream, probabilities), weighted),
        Node.of(Operation.reduction("reduce_sum", true, axis), List.of(weighted), sums),
        Node.of(Operation.custom("subtract"), List.of(upstream, sums), centred),
        Node.of(Operation.custom("multiply"), List.of(centred, probabilities), output));
  }

  private static long axis(Operation operation, ArrayType type) {
    long axis = operation.integers().isEmpty() ? -1 : operation.integers().get(0);
    return axis < 0 ? axis + type.rank() : axis;
  }
}
