package org.owlore.graph.layers;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/**
 * An operation of the forward graph, or a placeholder.
 *
 * @param position place in execution order, from 0
 * @param function ND4J's operation; empty for a placeholder
 * @param inputs names of the arrays it reads
 * @param outputs names of the arrays it makes
 */
record Node(
    int position,
    Optional<DifferentialFunction> function,
    List<String> inputs,
    List<String> outputs) {
  private static final Set<String> READ_ONLY_SHAPES =
      Set.of(
          "shape_of",
          "shapes_of",
          "size",
          "size_at",
          "rank",
          "zeroslike",
          "zeros_like",
          "zeros_as",
          "ones_as",
          "oneslike",
          "fill_as");

  private static final Set<String> RESHAPES =
      Set.of("reshape", "reshapeas", "expand_dims", "squeeze", "flatten_2d");
  private static final Set<String> COPIES = Set.of("cast", "identity", "identity_n");
  private static final Set<String> PERMUTES = Set.of("permute", "transpose");
  private static final Set<String> PRODUCTS =
      Set.of("matmul", "mmul", "xw_plus_b", "tensordot", "tensormmul");

  /** Whether it is a placeholder, not an operation. */
  boolean isPlaceholder() {
    return function.isEmpty();
  }

  /** ND4J's name of the operation. */
  String operation() {
    return function.map(DifferentialFunction::opName).orElse("placeholder");
  }

  /** The inputs whose values, not only shapes, decide what comes out. */
  List<String> valueInputs() {
    if (READ_ONLY_SHAPES.contains(operation())) {
      return List.of();
    }
    return isReshape() || isPermute() ? inputs.subList(0, 1) : inputs;
  }

  /** Whether the numbers stay and only the shape changes. */
  boolean isReshape() {
    return RESHAPES.contains(operation());
  }

  /** Whether the numbers and the shape stay. */
  boolean isCopy() {
    return COPIES.contains(operation());
  }

  /** Whether the axes change places. */
  boolean isPermute() {
    return PERMUTES.contains(operation());
  }

  /** Whether a part is taken out. */
  boolean isSlice() {
    return operation().equals("strided_slice") || operation().equals("slice");
  }

  /** Whether two arrays are multiplied as matrices. */
  boolean isProduct() {
    return PRODUCTS.contains(operation());
  }

  /** Whether rows of the first input are looked up. */
  boolean isLookup() {
    return operation().equals("gather") || operation().equals("embedding_lookup");
  }

  /** The integer arguments: axes, transpose flags. */
  long[] integers() {
    return function
        .filter(DynamicCustomOp.class::isInstance)
        .map(custom -> ((DynamicCustomOp) custom).iArgs())
        .orElse(new long[0]);
  }
}
