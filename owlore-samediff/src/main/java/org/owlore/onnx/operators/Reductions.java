package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Operators that reduce axes to one number. Axes are counted from the front in the graph. */
final class Reductions {
  private static final Set<String> FRACTIONAL = Set.of("ReduceMean", "ReduceL2");

  private Reductions() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("ReduceMean", reduction((graph, x, keep, axes) -> graph.mean(x, keep, axes)));
    operators.put("ReduceSum", reduction((graph, x, keep, axes) -> graph.sum(x, keep, axes)));
    operators.put("ReduceMax", reduction((graph, x, keep, axes) -> graph.max(x, keep, axes)));
    operators.put("ReduceMin", reduction((graph, x, keep, axes) -> graph.min(x, keep, axes)));
    operators.put("ReduceProd", reduction((graph, x, keep, axes) -> graph.prod(x, keep, axes)));
    operators.put(
        "ReduceSumSquare", reduction((graph, x, keep, axes) -> graph.sum(x.mul(x), keep, axes)));
    operators.put(
        "ReduceL2",
        reduction((graph, x, keep, axes) -> graph.math().sqrt(graph.sum(x.mul(x), keep, axes))));
    return operators;
  }

  /** Adds the operation to the graph. */
  @FunctionalInterface
  private interface Reduction {
    SDVariable apply(SameDiff graph, SDVariable array, boolean keepDimensions, int... axes);
  }

  private static Operator.Single reduction(Reduction operation) {
    return (node, graph) -> reduce(node, graph, operation);
  }

  private static Value reduce(Node node, ImportedGraph graph, Reduction operation) {
    Value input = node.input(0);
    Set<Integer> axes = axes(node, input.shape());
    if (axes.isEmpty()) {
      return input;
    }
    boolean keep = node.integer("keepdims", 1) != 0;
    SymbolicShape shape = shape(input.shape(), axes, keep);
    if (input.type() != ElementType.FLOAT && FRACTIONAL.contains(node.operator())) {
      throw new UnsupportedOperationException("it reduces integers to a fraction");
    }
    Optional<List<SymbolicNumber>> numbers = input.numbers();
    BinaryOperator<SymbolicNumber> fold = fold(node.operator());
    if (fold != null && numbers.isPresent() && axes.size() == input.shape().rank()) {
      Optional<SymbolicNumber> result = numbers.get().stream().reduce(fold);
      if (result.isPresent()) {
        return Value.known(input.type(), shape, List.of(result.get()));
      }
    }
    int[] positions = axes.stream().mapToInt(Integer::intValue).toArray();
    SDVariable array = graph.full(input);
    SDVariable result =
        graph.once(
            () -> operation.apply(graph.graph(), array, keep, positions),
            node.operator(),
            array,
            keep,
            List.copyOf(axes));
    return Value.computed(input.type(), shape, result);
  }

  private static BinaryOperator<SymbolicNumber> fold(String operator) {
    return switch (operator) {
      case "ReduceSum" -> SymbolicNumber::plus;
      case "ReduceProd" -> SymbolicNumber::times;
      default -> null;
    };
  }

  private static Set<Integer> axes(Node node, SymbolicShape shape) {
    Set<Integer> axes = new TreeSet<>();
    long[] given = node.integers("axes", 1).orElse(new long[0]);
    for (long axis : given) {
      axes.add(shape.axis(axis));
    }
    if (given.length == 0 && node.integer("noop_with_empty_axes", 0) == 0) {
      IntStream.range(0, shape.rank()).forEach(axes::add);
    }
    return axes;
  }

  private static SymbolicShape shape(SymbolicShape shape, Set<Integer> axes, boolean keep) {
    List<SymbolicNumber> dimensions = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        dimensions.add(shape.get(axis));
      } else if (keep) {
        dimensions.add(SymbolicNumber.ONE);
      }
    }
    return new SymbolicShape(dimensions);
  }
}
