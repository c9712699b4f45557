package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BinaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Elementwise operators of two or more inputs. */
final class Arithmetic {
  private Arithmetic() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Add", single(Arithmetic::add));
    operators.put("Sub", single(Arithmetic::subtract));
    operators.put("Mul", single(Arithmetic::multiply));
    operators.put("Div", single(Arithmetic::divide));
    operators.put("Pow", single(Arithmetic::power));
    operators.put("Mod", (Operator.Single) Arithmetic::modulo);
    operators.put("Sum", variadic(Arithmetic::add));
    operators.put("Max", variadic(Arithmetic::maximum));
    operators.put("Min", variadic(Arithmetic::minimum));
    return operators;
  }

  /** Computes with two values. */
  @FunctionalInterface
  private interface Combination {
    Value combine(ImportedGraph graph, Value left, Value right);
  }

  private static Operator.Single single(Combination combination) {
    return (node, graph) ->
        combination
            .combine(graph, node.input(0), node.input(1))
            .from(node.operator(), List.of(node.input(0), node.input(1)));
  }

  private static Operator.Single variadic(Combination combination) {
    return (node, graph) ->
        node.inputs().stream()
            .reduce((left, right) -> combination.combine(graph, left, right))
            .orElseThrow(() -> new UnsupportedOperationException("it has no inputs"));
  }

  static Value add(ImportedGraph graph, Value left, Value right) {
    if (right.isUniform(0)) {
      return expanded(left, right);
    }
    if (left.isUniform(0)) {
      return expanded(right, left);
    }
    return combine(
        graph,
        "add",
        left,
        right,
        SymbolicNumber::plus,
        Optional.of(SDVariable::add),
        SDVariable::add);
  }

  private static Value subtract(ImportedGraph graph, Value left, Value right) {
    if (right.isUniform(0)) {
      return expanded(left, right);
    }
    return combine(
        graph,
        "subtract",
        left,
        right,
        SymbolicNumber::minus,
        Optional.of(SDVariable::sub),
        SDVariable::sub);
  }

  static Value multiply(ImportedGraph graph, Value left, Value right) {
    if (right.isUniform(1)) {
      return expanded(left, right);
    }
    if (left.isUniform(1)) {
      return expanded(right, left);
    }
    Optional<Value> swish = swish(graph, left, right).or(() -> swish(graph, right, left));
    return swish.orElseGet(
        () ->
            combine(
                graph,
                "multiply",
                left,
                right,
                SymbolicNumber::times,
                Optional.of(SDVariable::mul),
                SDVariable::mul));
  }

  /** {@code x * sigmoid(x)} is one operation with a gradient of its own. */
  private static Optional<Value> swish(ImportedGraph graph, Value factor, Value gate) {
    boolean same =
        gate.isFrom("Sigmoid")
            && gate.shape().equals(factor.shape())
            && !factor.isKnown()
            && graph.stored(gate.origin().inputs().get(0)) == graph.stored(factor);
    if (!same) {
      return Optional.empty();
    }
    SDVariable argument = graph.stored(factor);
    SDVariable result = graph.once(() -> graph.graph().nn().swish(argument), "swish", argument);
    return Optional.of(Value.computed(factor.type(), factor.shape(), factor.stored(), result));
  }

  private static Value divide(ImportedGraph graph, Value left, Value right) {
    if (right.isUniform(1)) {
      return expanded(left, right);
    }
    boolean integers = left.type() == ElementType.INTEGER;
    return combine(
        graph,
        "divide",
        left,
        right,
        (a, b) -> integers ? wholeQuotient(a, b) : quotient(a, b),
        integers ? Optional.empty() : Optional.of(SDVariable::div),
        (a, b) -> integers ? graph.graph().math().floorDiv(a, b) : a.div(b));
  }

  private static SymbolicNumber quotient(SymbolicNumber left, SymbolicNumber right) {
    if (right.is(0)) {
      throw new ArithmeticException("it divides by zero");
    }
    return left.dividedBy(right).orElseThrow(() -> new ArithmeticException("no exact quotient"));
  }

  private static SymbolicNumber wholeQuotient(SymbolicNumber left, SymbolicNumber right) {
    SymbolicNumber exact = quotient(left, right);
    if (exact.isWhole()) {
      return exact;
    }
    double value = exact.known();
    return SymbolicNumber.of(value < 0 ? Math.ceil(value) : Math.floor(value));
  }

  private static Value modulo(Node node, ImportedGraph graph) {
    if (node.integer("fmod", 0) != 0) {
      throw new UnsupportedOperationException("its attribute fmod is not supported");
    }
    return remainder(graph, node.input(0), node.input(1));
  }

  private static Value remainder(ImportedGraph graph, Value left, Value right) {
    return combine(
        graph,
        "remainder",
        left,
        right,
        (a, b) -> SymbolicNumber.of(floorModulo(a.known(), b.known())),
        Optional.empty(),
        (a, b) -> graph.graph().math().floorMod(a, b));
  }

  private static double floorModulo(double left, double right) {
    if (right == 0) {
      throw new ArithmeticException("it divides by zero");
    }
    return left - right * Math.floor(left / right);
  }

  private static Value power(ImportedGraph graph, Value base, Value exponent) {
    Optional<Double> constant = exponent.uniformConstant();
    if (constant.isPresent() && !base.isKnown()) {
      double number = constant.get();
      SDVariable argument = graph.stored(base);
      SDVariable result =
          graph.once(() -> power(graph, argument, number), "power", argument, number);
      SymbolicShape shape = base.shape().broadcast(exponent.shape());
      return Value.computed(base.type(), shape, base.stored(), result);
    }
    return combine(
        graph,
        "power",
        base,
        exponent,
        (a, b) -> SymbolicNumber.of(Math.pow(a.known(), b.known())),
        Optional.empty(),
        (a, b) -> graph.graph().math().pow(a, b));
  }

  /** Products rather than powers: ND4J differentiates a square through a slow power function. */
  private static SDVariable power(ImportedGraph graph, SDVariable base, double exponent) {
    if (exponent == 2) {
      return base.mul(base);
    }
    if (exponent == 3) {
      return base.mul(base).mul(base);
    }
    return exponent == 0.5
        ? graph.graph().math().sqrt(base)
        : graph.graph().math().pow(base, exponent);
  }

  static Value maximum(ImportedGraph graph, Value left, Value right) {
    return combine(
        graph,
        "maximum",
        left,
        right,
        (a, b) -> sign(a, b) >= 0 ? a : b,
        Optional.empty(),
        (a, b) -> graph.graph().math().max(a, b));
  }

  static Value minimum(ImportedGraph graph, Value left, Value right) {
    return combine(
        graph,
        "minimum",
        left,
        right,
        (a, b) -> smaller(graph, a, b),
        Optional.empty(),
        (a, b) -> graph.graph().math().min(a, b));
  }

  /** The smaller of a size and a limit of the model is the size; see {@link ImportedGraph}. */
  private static SymbolicNumber smaller(
      ImportedGraph graph, SymbolicNumber left, SymbolicNumber right) {
    OptionalInt order = left.comparedTo(right);
    if (order.isEmpty() && left.isKnown() != right.isKnown()) {
      SymbolicNumber size = left.isKnown() ? right : left;
      graph.assumeAtMost(size, left.isKnown() ? left : right);
      return size;
    }
    return sign(left, right) > 0 ? right : left;
  }

  private static int sign(SymbolicNumber left, SymbolicNumber right) {
    return left.comparedTo(right)
        .orElseThrow(() -> new ArithmeticException("the order depends on the batch"));
  }

  /** A value in the shape that it has together with another one that changes no number. */
  private static Value expanded(Value value, Value neutral) {
    SymbolicShape shape = value.shape().broadcast(neutral.shape());
    ElementType type = neutral.type() == ElementType.FLOAT ? ElementType.FLOAT : value.type();
    return new Value(type, shape, value.stored(), value.contents(), value.array(), value.origin());
  }

  private static Value combine(
      ImportedGraph graph,
      String name,
      Value left,
      Value right,
      BinaryOperator<SymbolicNumber> fold,
      Optional<ScalarOperation> withScalar,
      BinaryOperator<SDVariable> operation) {
    boolean floating = left.type() == ElementType.FLOAT || right.type() == ElementType.FLOAT;
    ElementType type = floating ? ElementType.FLOAT : ElementType.INTEGER;
    return combine(graph, name, type, left, right, fold, withScalar, operation);
  }

  /** An operation with a plain number. */
  @FunctionalInterface
  private interface ScalarOperation {
    SDVariable apply(SDVariable array, double number);
  }

  /** Computes at import what is known then, and adds an operation to the graph otherwise. */
  private static Value combine(
      ImportedGraph graph,
      String name,
      ElementType type,
      Value left,
      Value right,
      BinaryOperator<SymbolicNumber> fold,
      Optional<ScalarOperation> withScalar,
      BinaryOperator<SDVariable> operation) {
    SymbolicShape shape = left.shape().broadcast(right.shape());
    Optional<Value> folded = Folding.combine(type, shape, left, right, fold);
    if (folded.isPresent()) {
      return folded.get();
    }
    SDVariable first = graph.stored(left);
    Optional<Double> scalar = right.uniformConstant();
    if (scalar.isPresent() && withScalar.isPresent() && type == ElementType.FLOAT) {
      double number = Numbers.storable(scalar.get());
      SDVariable result =
          graph.once(() -> withScalar.get().apply(first, number), name, first, number);
      return Value.computed(type, shape, left.stored(), result);
    }
    SDVariable second = graph.stored(right);
    SDVariable result = graph.once(() -> operation.apply(first, second), name, first, second);
    return Value.computed(type, shape, left.stored().broadcast(right.stored()), result);
  }

  /** An operation whose result has another type than its inputs. */
  static Value combine(
      ImportedGraph graph,
      String name,
      ElementType type,
      Value left,
      Value right,
      BinaryOperator<SymbolicNumber> fold,
      BinaryOperator<SDVariable> operation) {
    return combine(graph, name, type, left, right, fold, Optional.empty(), operation);
  }
}
