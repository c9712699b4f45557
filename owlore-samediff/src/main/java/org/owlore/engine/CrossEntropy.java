package org.owlore.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sparse cross-entropy through one softmax, whose result becomes the gradient in place: {@code
 * loss = logit_top - log(P_top) - logit_label} and {@code dlogits = P - onehot(label)}.
 *
 * <p>The most likely class of each row stands for the row's normalizer, because its probability
 * cannot underflow. The native operations compute a softmax each, in a slow way, and hold logits
 * and gradient side by side.
 */
final class CrossEntropy implements Rewrite {
  private static final String LOSS = "sparse_softmax_cross_entropy_loss_with_logits";

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    if (!node.operation().is(LOSS) && !node.operation().is(LOSS + "_grad")) {
      return Optional.empty();
    }
    String labels = node.inputs().get(0);
    String logits = node.inputs().get(1);
    if (!applies(scope.type(labels), scope.type(logits))) {
      return Optional.empty();
    }
    List<Node> widening = new ArrayList<>();
    Emitter emitter = new Emitter(wide(labels, logits, scope, widening), logits, scope);
    Optional<List<Node>> nodes =
        node.operation().is(LOSS)
            ? Optional.of(emitter.loss(node.output()))
            : emitter.gradient(node.output());
    nodes.ifPresent(all -> all.addAll(0, widening));
    return nodes;
  }

  private static boolean applies(ArrayType labels, ArrayType logits) {
    boolean whole = labels.dataType() == DataType.INT64 || labels.dataType() == DataType.INT32;
    return whole && labels.rank() == 1 && logits.rank() == 2 && logits.dataType().isFPType();
  }

  /** Every logit needs a position that the labels' type can hold. */
  private static String wide(
      String labels, String logits, LoweringScope scope, List<Node> widening) {
    boolean fits =
        scope.type(labels).dataType() == DataType.INT64
            || scope.type(logits).length() <= Integer.MAX_VALUE;
    if (fits) {
      return labels;
    }
    String wide = labels + "#wide";
    if (!scope.isMade(wide)) {
      ArrayType type = new ArrayType(DataType.INT64, scope.type(labels).shape());
      scope.declare(wide, type);
      widening.add(
          Node.of(Operation.custom("cast", DataType.INT64.toInt()), List.of(labels), wide));
    }
    return wide;
  }

  /** Writes the nodes of one loss or gradient; both find common arrays by their names. */
  private static final class Emitter {
    private final LoweringScope scope;
    private final String labels;
    private final String logits;
    private final String probabilities;
    private final String positions;
    private final ArrayType type;
    private final long rows;
    private final long classes;
    private final List<Node> nodes = new ArrayList<>();

    Emitter(String labels, String logits, LoweringScope scope) {
      this.scope = scope;
      this.labels = labels;
      this.logits = logits;
      this.probabilities = logits + "#probabilities of " + labels;
      this.positions = logits + "#positions of " + labels;
      this.type = scope.type(logits);
      this.rows = type.shape().get(0);
      this.classes = type.shape().get(1);
    }

    List<Node> loss(String output) {
      String flatLogits = view(logits, type.length());
      String rowStarts = scope.rowStarts(scope.type(labels).dataType(), rows, classes);
      String top = scope.fresh(logits);
      nodes.add(Node.of(argmax(), List.of(logits), top));
      String topPosition = made("add", List.of(top, rowStarts));
      nodes.add(Node.of(Operation.custom("add"), List.of(labels, rowStarts), positions));
      final String topLogit = made("gather", List.of(flatLogits, topPosition), 0L);
      final String labelLogit = made("gather", List.of(flatLogits, positions), 0L);
      softmax();
      String flat = view(probabilities, type.length());
      String topProbability = made("gather", List.of(flat, topPosition), 0L);
      String logarithm = scope.fresh(output);
      nodes.add(Node.of(Operation.transform("log"), List.of(topProbability), logarithm));
      String normalizer = made("subtract", List.of(topLogit, logarithm));
      nodes.add(Node.of(Operation.custom("subtract"), List.of(normalizer, labelLogit), output));
      return nodes;
    }

    Optional<List<Node>> gradient(String output) {
      if (!scope.isMade(probabilities)) {
        return Optional.empty();
      }
      String flat = view(probabilities, type.length());
      String ones = scope.ones(ArrayType.of(type.dataType(), rows));
      String difference = made("scatter_sub", List.of(flat, positions, ones));
      nodes.add(Node.of(Operation.view(), List.of(difference), output));
      scope.declare(output, type);
      return Optional.of(nodes);
    }

    /** Of rank 3, which oneDNN's softmax asks for. */
    private void softmax() {
      String stacked = view(logits, 1, rows, classes);
      String result = made("softmax", List.of(stacked), 2L);
      nodes.add(Node.of(Operation.view(), List.of(result), probabilities));
      scope.declare(probabilities, type);
    }

    private Operation argmax() {
      DataType indices = scope.type(labels).dataType();
      return new Operation(
          Operation.Kind.CUSTOM, "argmax", List.of(1L), List.of(), List.of(), List.of(indices));
    }

    private String view(String array, long... shape) {
      String result = scope.fresh(array);
      nodes.add(Node.of(Operation.view(), List.of(array), result));
      scope.declare(result, ArrayType.of(type.dataType(), shape));
      return result;
    }

    private String made(String operation, List<String> inputs, long... integers) {
      String result = scope.fresh(logits);
      nodes.add(Node.of(Operation.custom(operation, integers), inputs, result));
      return result;
    }
  }
}
