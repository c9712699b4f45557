package org.owlore.dl4j.calibration;

import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MultiHeadDotProductAttention;
import org.nd4j.linalg.api.ops.impl.transforms.custom.XwPlusB;
import org.owlore.graph.Orientation;

/**
 * How an operation of a graph uses a parameter.
 *
 * @param operation the operation
 * @param kind what it does
 * @param operand name of what the parameter multiplies; of the output of attention, of the queries
 * @param orientation how the parameter is stored
 */
record MatrixUse(
    DifferentialFunction operation, Kind kind, String operand, Orientation orientation) {

  /** What an operation does with a parameter. */
  enum Kind {
    /** Multiplies the last axis of the operand. */
    ROWS,
    /** Multiplies the last axis but one of the operand. */
    COLUMNS,
    /** Makes queries of an operand {@code [examples, channels, steps]}. */
    QUERIES,
    /** Makes keys or values of such an operand. */
    KEYS,
    /** Makes the output of attention of what the heads have found. */
    HEADS
  }

  private static final int FIRST_WEIGHT = 3;
  private static final int OUTPUT_WEIGHT = 6;

  /** Empty if the operation does not multiply by the parameter. */
  static Optional<MatrixUse> of(
      DifferentialFunction operation, List<String> arguments, String parameter) {
    int position = arguments.indexOf(parameter);
    if (operation instanceof Mmul product) {
      return Optional.of(product(product, arguments, position));
    }
    if (operation instanceof XwPlusB && position == 1) {
      return Optional.of(new MatrixUse(operation, Kind.ROWS, arguments.get(0), Orientation.IN_OUT));
    }
    if (operation instanceof MultiHeadDotProductAttention && position >= FIRST_WEIGHT) {
      return Optional.of(attention(operation, arguments, position));
    }
    return Optional.empty();
  }

  /** Whether the parameter may have an axis for heads; in products, it would be many matrices. */
  boolean isAttention() {
    return operation instanceof MultiHeadDotProductAttention;
  }

  private static MatrixUse product(DynamicCustomOp product, List<String> arguments, int position) {
    boolean[] transposed = {product.getIArgument(0) == 1, product.getIArgument(1) == 1};
    boolean operandTransposed = transposed[1 - position];
    boolean rows = position == 1 ? !operandTransposed : operandTransposed;
    boolean inputsFirst = position == 1 ? !transposed[1] : transposed[0];
    return new MatrixUse(
        product,
        rows ? Kind.ROWS : Kind.COLUMNS,
        arguments.get(1 - position),
        inputsFirst ? Orientation.IN_OUT : Orientation.OUT_IN);
  }

  private static MatrixUse attention(
      DifferentialFunction operation, List<String> arguments, int position) {
    if (position == OUTPUT_WEIGHT) {
      return new MatrixUse(operation, Kind.HEADS, arguments.get(0), Orientation.IN_OUT);
    }
    int operand = position - FIRST_WEIGHT;
    Kind kind = operand == 0 ? Kind.QUERIES : Kind.KEYS;
    return new MatrixUse(operation, kind, arguments.get(operand), Orientation.OUT_IN);
  }
}
