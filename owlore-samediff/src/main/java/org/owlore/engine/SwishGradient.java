package org.owlore.engine;

import java.util.List;
import java.util.Optional;

/**
 * Swish as {@code y = x s} with {@code s = sigmoid(x)}, and its derivative from both as {@code s +
 * y (1 - s)}: the native derivative computes the exponential again and costs more than all of this.
 */
final class SwishGradient implements Rewrite {

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    return switch (node.operation().name()) {
      case "swish" -> Optional.of(forward(node, scope));
      case "_swishderivative" -> derivative(node, scope);
      default -> Optional.empty();
    };
  }

  private static List<Node> forward(Node node, LoweringScope scope) {
    String x = node.inputs().get(0);
    String sigmoid = scope.fresh(node.output());
    return List.of(
        Node.of(Operation.custom("sigmoid"), List.of(x), sigmoid),
        Node.of(Operation.custom("multiply"), List.of(x, sigmoid), node.output()));
  }

  private static Optional<List<Node>> derivative(Node node, LoweringScope scope) {
    String x = node.inputs().get(0);
    return scope
        .resultOf("sigmoid", List.of(x))
        .flatMap(
            sigmoid ->
                scope
                    .resultOf("multiply", List.of(x, sigmoid.output()))
                    .map(swish -> derivative(swish.output(), sigmoid.output(), node, scope)));
  }

  private static List<Node> derivative(
      String swish, String sigmoid, Node node, LoweringScope scope) {
    String product = scope.fresh(node.output());
    String rest = scope.fresh(node.output());
    return List.of(
        Node.of(Operation.custom("multiply"), List.of(swish, sigmoid), product),
        Node.of(Operation.custom("subtract"), List.of(swish, product), rest),
        Node.of(Operation.custom("add"), List.of(rest, sigmoid), node.output()));
  }
}
