package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/**
 * Matrix products. A product with a weight matrix is one of two matrices, whatever the rank of the
 * activation, and a transposition beside it becomes a flag, so that weights are never copied.
 */
final class Matrices {
  private Matrices() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("MatMul", (Operator.Single) Matrices::matmul);
    operators.put("Gemm", (Operator.Single) Matrices::gemm);
    return operators;
  }

  /** A factor of a product, perhaps to be read transposed. */
  private record Factor(Value value, boolean transposed) {

    /** Sees through the transposition of a matrix. */
    static Factor of(Value value) {
      boolean swapped = value.isFrom("Transpose") && !value.isKnown() && value.shape().rank() == 2;
      return swapped ? new Factor(value.origin().inputs().get(0), true) : new Factor(value, false);
    }

    SymbolicNumber rows() {
      return dimension(transposed ? 1 : 2);
    }

    SymbolicNumber columns() {
      return dimension(transposed ? 2 : 1);
    }

    private SymbolicNumber dimension(int fromEnd) {
      SymbolicShape shape = value.shape();
      return shape.get(shape.rank() - fromEnd);
    }
  }

  private static Value matmul(Node node, ImportedGraph graph) {
    Value left = node.input(0);
    Value right = node.input(1);
    int leftRank = left.shape().rank();
    int rightRank = right.shape().rank();
    if (leftRank == 0 || rightRank == 0) {
      throw new ArithmeticException("a single number is no factor of a matrix product");
    }
    if (leftRank == 1) {
      Value row = Shapes.reshaped(graph, left, left.shape().padded(2));
      Value product = product(graph, row, matrix(graph, right));
      return Shapes.reshaped(graph, product, without(product.shape(), 2, rightRank == 1));
    }
    if (rightRank == 1) {
      Value product = product(graph, left, matrix(graph, right));
      return Shapes.reshaped(graph, product, product.shape().part(0, product.shape().rank() - 1));
    }
    return product(graph, left, right);
  }

  private static SymbolicShape without(SymbolicShape shape, int fromEnd, boolean lastAsWell) {
    int axis = shape.rank() - fromEnd;
    SymbolicShape after = shape.part(axis + 1, lastAsWell ? axis + 1 : shape.rank());
    return shape.part(0, axis).then(after);
  }

  /** A vector on the right is a column. */
  private static Value matrix(ImportedGraph graph, Value right) {
    return right.shape().rank() > 1
        ? right
        : Shapes.reshaped(graph, right, right.shape().then(SymbolicShape.of(SymbolicNumber.ONE)));
  }

  private static Value product(ImportedGraph graph, Value left, Value right) {
    Factor second = Factor.of(right);
    SymbolicNumber inner = left.shape().get(left.shape().rank() - 1);
    requireInner(left, right, inner, second.rows());
    if (inner.is(1)) {
      return Arithmetic.multiply(graph, left, right);
    }
    return right.shape().rank() == 2
        ? rowsTimesMatrix(graph, left, second)
        : batched(graph, left, right);
  }

  private static void requireInner(
      Value left, Value right, SymbolicNumber columns, SymbolicNumber rows) {
    if (!columns.equals(rows)) {
      throw new ArithmeticException(
          "the shapes " + left.shape() + " and " + right.shape() + " cannot be multiplied");
    }
  }

  /** {@code [.., in]} times {@code [in, out]}: all rows at once. */
  private static Value rowsTimesMatrix(ImportedGraph graph, Value left, Factor right) {
    SymbolicShape outer = left.shape().part(0, left.shape().rank() - 1);
    SymbolicNumber inner = left.shape().get(left.shape().rank() - 1);
    SymbolicShape flat = SymbolicShape.of(outer.size(), inner);
    SDVariable rows = graph.reshaped(graph.full(left), left.shape(), flat);
    SDVariable product = multiply(graph, rows, graph.full(right.value()), right.transposed());
    SymbolicShape shape = outer.then(SymbolicShape.of(right.columns()));
    SymbolicShape made = SymbolicShape.of(outer.size(), right.columns());
    return Value.computed(ElementType.FLOAT, shape, graph.reshaped(product, made, shape));
  }

  private static SDVariable multiply(
      ImportedGraph graph, SDVariable left, SDVariable right, boolean transposeRight) {
    return graph.once(
        () -> graph.graph().mmul(left, right, false, transposeRight, false),
        "matmul",
        left,
        right,
        transposeRight);
  }

  private static Value batched(ImportedGraph graph, Value left, Value right) {
    int leftRank = left.shape().rank();
    int rightRank = right.shape().rank();
    SymbolicShape batch =
        left.shape().part(0, leftRank - 2).broadcast(right.shape().part(0, rightRank - 2));
    SymbolicShape leftShape = batch.then(left.shape().part(leftRank - 2, leftRank));
    SymbolicShape rightShape = batch.then(right.shape().part(rightRank - 2, rightRank));
    SDVariable first = graph.full(Shapes.expanded(left, leftShape));
    SDVariable second = graph.full(Shapes.expanded(right, rightShape));
    SymbolicShape shape =
        leftShape.with(leftShape.rank() - 1, rightShape.get(rightShape.rank() - 1));
    return Value.computed(ElementType.FLOAT, shape, multiply(graph, first, second, false));
  }

  /** {@code alpha A' B' + beta C}, where A' and B' may be transposed. */
  private static Value gemm(Node node, ImportedGraph graph) {
    Value left = oriented(graph, node.input(0), node.integer("transA", 0) != 0);
    Value right = oriented(graph, node.input(1), node.integer("transB", 0) != 0);
    if (left.shape().rank() != 2 || right.shape().rank() != 2) {
      throw new ArithmeticException(
          "it multiplies matrices only, but has the shapes "
              + left.shape()
              + " and "
              + right.shape());
    }
    Value product = scaled(graph, product(graph, left, right), node.real("alpha", 1));
    return node.optional(2)
        .map(bias -> Arithmetic.add(graph, product, scaled(graph, bias, node.real("beta", 1))))
        .orElse(product);
  }

  private static Value oriented(ImportedGraph graph, Value value, boolean transposed) {
    if (!transposed) {
      return value;
    }
    int[] order =
        IntStream.range(0, value.shape().rank())
            .map(axis -> value.shape().rank() - 1 - axis)
            .toArray();
    return Shapes.permuted(graph, value, order).from("Transpose", List.of(value));
  }

  private static Value scaled(ImportedGraph graph, Value value, double factor) {
    return Arithmetic.multiply(
        graph, value, Value.scalar(ElementType.FLOAT, SymbolicNumber.of(factor)));
  }
}
