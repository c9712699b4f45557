package org.owlore.cuda.lowering;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.lowering.operations.Meaning;
import org.owlore.cuda.program.Precision;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Step;

/** What matrix products read, and in which shape. */
@RequiredArgsConstructor
final class Products {
  private final PlanArrays arrays;
  private final Precision precision;

  /** The arrays that a product reads from memory. */
  Set<String> operands(String product) {
    return new HashSet<>(List.of(operand(product, 0), operand(product, 1)));
  }

  /**
   * The array that a product reads: with {@link Precision#BF16}, a narrow weight itself rather than
   * the wide copy that the plan makes of it.
   */
  String operand(String product, int input) {
    String origin = arrays.origin(arrays.maker(product).step().inputs().get(input));
    PlanArrays.Maker maker = arrays.maker(origin);
    if (precision == Precision.BF16 && maker != null && maker.step().operation().is("cast")) {
      String source = arrays.origin(maker.step().inputs().get(0));
      boolean weight = arrays.maker(source) == null;
      if (weight
          && NumberType.of(arrays.type(source).dataType()) == NumberType.BFLOAT16
          && !changes(source, maker.position(), arrays.maker(product).position())) {
        return source;
      }
    }
    return origin;
  }

  /** Whether a weight is updated between two steps: the wide copy is the old one then. */
  private boolean changes(String weight, int from, int until) {
    return arrays.getPlan().steps().subList(from, until).stream()
        .anyMatch(step -> step instanceof Step.Update update && update.variable().equals(weight));
  }

  /** Whether a product has two real sides: neither a sum over rows nor over columns. */
  boolean isLarge(String product) {
    MatrixProduct shape = shape(product);
    return Math.min(shape.rows(), Math.min(shape.columns(), shape.inner())) > 1;
  }

  /**
   * How a product multiplies, in float32.
   *
   * @throws UnsupportedOperationException for stacks of matrices that do not match
   */
  MatrixProduct shape(String product) {
    return shape(product, NumberType.FLOAT32, NumberType.FLOAT32);
  }

  /**
   * How a product multiplies.
   *
   * @param operands how both operands are stored
   * @param output how the result is stored
   * @throws UnsupportedOperationException for stacks of matrices that do not match
   */
  MatrixProduct shape(String product, NumberType operands, NumberType output) {
    PlanArrays.Maker maker = arrays.maker(product);
    Meaning.Product meaning = (Meaning.Product) maker.meaning();
    Matrix left = matrix(maker, 0, meaning.transposeLeft());
    Matrix right = matrix(maker, 1, meaning.transposeRight());
    boolean shared = right.batches == 1 && left.batches > 1 && !left.transposed;
    long batches = shared ? 1 : Math.max(left.batches, right.batches);
    if (!shared && left.batches != batches && left.batches != 1
        || right.batches != batches && right.batches != 1
        || left.inner() != right.outer()) {
      throw new UnsupportedOperationException(
          "The CUDA device cannot multiply %s by %s (array \"%s\"): train this model with --device cpu."
              .formatted(type(maker, 0).shape(), type(maker, 1).shape(), product));
    }
    long rows = shared ? left.outer() * left.batches : left.outer();
    long columns = right.inner();
    return MatrixProduct.builder()
        .rows(rows)
        .columns(columns)
        .inner(left.inner())
        .transposeLeft(left.transposed)
        .transposeRight(right.transposed)
        .batches(batches)
        .leftStride(left.batches == 1 || shared ? 0 : left.length())
        .rightStride(right.batches == 1 ? 0 : right.length())
        .outputStride(batches == 1 ? 0 : rows * columns)
        .operands(operands)
        .output(output)
        .factor(meaning.factor())
        .build();
  }

  /** The last two dimensions of an operand, and how often they are there. */
  private record Matrix(long batches, long rows, long columns, boolean transposed) {
    long outer() {
      return transposed ? columns : rows;
    }

    long inner() {
      return transposed ? rows : columns;
    }

    long length() {
      return rows * columns;
    }
  }

  private ArrayType type(PlanArrays.Maker maker, int input) {
    return arrays.type(maker.step().inputs().get(input));
  }

  /** A vector on the left is a row, on the right a column. */
  private Matrix matrix(PlanArrays.Maker maker, int input, boolean transposed) {
    ArrayType type = type(maker, input);
    List<Long> shape = type.shape();
    int rank = type.rank();
    if (rank == 1) {
      return input == 0
          ? new Matrix(1, 1, shape.get(0), false)
          : new Matrix(1, shape.get(0), 1, false);
    }
    long columns = shape.get(rank - 1);
    long rows = shape.get(rank - 2);
    return new Matrix(type.length() / Math.max(1, rows * columns), rows, columns, transposed);
  }
}
