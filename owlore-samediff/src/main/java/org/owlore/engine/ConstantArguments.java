package org.owlore.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Axes, starts and sizes that imported graphs give as constant arrays become integer arguments, so
 * that a plan says by itself what a step does.
 */
final class ConstantArguments implements Rewrite {
  private static final String GRADIENT = "_bp";

  /** The first input that is an argument. */
  private static final Map<String, Integer> FIRST =
      Map.of(
          "slice", 1,
          "strided_slice", 1,
          "gather", 2,
          "slice_bp", 1,
          "strided_slice_bp", 1);

  @Override
  public Optional<List<Node>> rewrite(Node node, LoweringScope scope) {
    Integer first = FIRST.get(node.operation().name());
    if (first == null) {
      return Optional.empty();
    }
    List<String> inputs = node.inputs();
    int end = node.operation().name().endsWith(GRADIENT) ? inputs.size() - 1 : inputs.size();
    if (first >= end) {
      return Optional.empty();
    }
    List<Long> integers = new ArrayList<>(node.operation().integers());
    for (String argument : inputs.subList(first, end)) {
      INDArray constant = scope.constant(argument);
      if (constant == null || constant.dataType().isFPType()) {
        return Optional.empty();
      }
      for (long number : constant.dup().data().asLong()) {
        integers.add(number);
      }
    }
    List<String> left = new ArrayList<>(inputs.subList(0, first));
    left.addAll(inputs.subList(end, inputs.size()));
    return Optional.of(
        List.of(new Node(withIntegers(node.operation(), integers), left, node.outputs())));
  }

  private static Operation withIntegers(Operation operation, List<Long> integers) {
    return new Operation(
        operation.kind(),
        operation.name(),
        integers,
        operation.reals(),
        operation.booleans(),
        operation.types());
  }
}
