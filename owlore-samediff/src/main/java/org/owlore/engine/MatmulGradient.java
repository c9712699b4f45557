package org.owlore.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits {@code matmul_bp}, which always computes both gradients, into one product for each
 * gradient that is needed.
 */
final class MatmulGradient implements Rewrite {

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    if (!node.operation().is("matmul_bp") || !applies(node, scope)) {
      return Optional.empty();
    }
    String x = node.inputs().get(0);
    String y = node.inputs().get(1);
    String upstream = node.inputs().get(2);
    boolean transposeX = flag(node, 0);
    boolean transposeY = flag(node, 1);
    List<Node> products = new ArrayList<>();
    if (scope.isNeeded(node.outputs().get(0))) {
      products.add(
          transposeX
              ? product(y, transposeY, upstream, true, node.outputs().get(0))
              : product(upstream, false, y, !transposeY, node.outputs().get(0)));
    }
    if (scope.isNeeded(node.outputs().get(1))) {
      products.add(
          transposeY
              ? product(upstream, true, x, transposeX, node.outputs().get(1))
              : product(x, !transposeX, upstream, false, node.outputs().get(1)));
    }
    return Optional.of(products);
  }

  /** Broadcast batch dimensions and a transposed result stay with the native operation. */
  private static boolean applies(Node node, LoweringScope scope) {
    ArrayType x = scope.type(node.inputs().get(0));
    ArrayType y = scope.type(node.inputs().get(1));
    return !flag(node, 2)
        && node.operation().reals().isEmpty()
        && x.rank() >= 2
        && x.rank() == y.rank()
        && batch(x).equals(batch(y));
  }

  private static List<Long> batch(ArrayType type) {
    return type.shape().subList(0, type.rank() - 2);
  }

  private static boolean flag(Node node, int index) {
    List<Long> integers = node.operation().integers();
    return index < integers.size() && integers.get(index) != 0;
  }

  private static Node product(
      String left, boolean transposeLeft, String right, boolean transposeRight, String output) {
    Operation matmul = Operation.custom("matmul", transposeLeft ? 1 : 0, transposeRight ? 1 : 0, 0);
    return Node.of(matmul, List.of(left, right), output);
  }
}
