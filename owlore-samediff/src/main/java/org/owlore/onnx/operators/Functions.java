package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.file.NumberFormat;
import org.owlore.onnx.symbolic.SymbolicNumber;

/** Elementwise operators of one input. */
final class Functions {
  private static final double GELU_CUBIC = 0.044715;

  private Functions() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Neg", function(x -> -x, (graph, x) -> graph.math().neg(x)));
    operators.put("Abs", function(Math::abs, (graph, x) -> graph.math().abs(x)));
    operators.put("Sqrt", function(Math::sqrt, (graph, x) -> graph.math().sqrt(x)));
    operators.put("Reciprocal", function(x -> 1 / x, (graph, x) -> x.rdiv(1)));
    operators.put("Exp", function(Math::exp, (graph, x) -> graph.math().exp(x)));
    operators.put("Log", function(Math::log, (graph, x) -> graph.math().log(x)));
    operators.put("Sin", function(Math::sin, (graph, x) -> graph.math().sin(x)));
    operators.put("Cos", function(Math::cos, (graph, x) -> graph.math().cos(x)));
    operators.put("Floor", function(Math::floor, (graph, x) -> graph.math().floor(x)));
    operators.put("Ceil", function(Math::ceil, (graph, x) -> graph.math().ceil(x)));
    operators.put("Sign", function(Math::signum, (graph, x) -> graph.math().sign(x)));
    operators.put("Tanh", function(Math::tanh, (graph, x) -> graph.math().tanh(x)));
    operators.put("Erf", computed((graph, x) -> graph.math().erf(x)));
    operators.put("Sigmoid", computed((graph, x) -> graph.nn().sigmoid(x)));
    operators.put("Relu", function(x -> Math.max(x, 0), (graph, x) -> graph.nn().relu(x, 0)));
    operators.put("Softplus", computed((graph, x) -> graph.nn().softplus(x)));
    operators.put("Gelu", (Operator.Single) Functions::gelu);
    operators.put("Clip", (Operator.Single) Functions::clip);
    operators.put("Cast", (Operator.Single) Functions::cast);
    operators.put(
        "CastLike",
        (Operator.Single) (node, graph) -> cast(graph, node.input(0), node.input(1).type()));
    operators.put("Identity", (Operator.Single) (node, graph) -> node.input(0));
    operators.put("Dropout", Functions::dropout);
    return operators;
  }

  private static Operator.Single computed(BiFunction<SameDiff, SDVariable, SDVariable> operation) {
    return function(
        x -> {
          throw new ArithmeticException("computed by the graph");
        },
        operation);
  }

  private static Operator.Single function(
      DoubleUnaryOperator fold, BiFunction<SameDiff, SDVariable, SDVariable> operation) {
    return (node, graph) ->
        function(graph, node.operator(), node.input(0), fold, operation)
            .from(node.operator(), List.of(node.input(0)));
  }

  private static Value function(
      ImportedGraph graph,
      String name,
      Value input,
      DoubleUnaryOperator fold,
      BiFunction<SameDiff, SDVariable, SDVariable> operation) {
    Optional<Value> folded =
        Folding.transform(input.type(), input, number -> apply(name, fold, number));
    return folded.orElseGet(
        () -> {
          SDVariable argument = graph.stored(input);
          SDVariable result =
              graph.once(() -> operation.apply(graph.graph(), argument), name, argument);
          return Value.computed(input.type(), input.shape(), input.stored(), result);
        });
  }

  private static SymbolicNumber apply(
      String name, DoubleUnaryOperator fold, SymbolicNumber number) {
    if (name.equals("Neg")) {
      return SymbolicNumber.ZERO.minus(number);
    }
    boolean rounding = name.equals("Floor") || name.equals("Ceil");
    return rounding && number.isWhole()
        ? number
        : SymbolicNumber.of(fold.applyAsDouble(number.known()));
  }

  private static Value gelu(Node node, ImportedGraph graph) {
    boolean approximate = node.text("approximate", "none").equals("tanh");
    return function(
        graph,
        approximate ? "GeluTanh" : "Gelu",
        node.input(0),
        x -> {
          throw new ArithmeticException("computed by the graph");
        },
        approximate ? Functions::geluByTanh : Functions::geluByErf);
  }

  private static SDVariable geluByErf(SameDiff graph, SDVariable x) {
    return graph.math().erf(x.mul(Math.sqrt(0.5))).add(1).mul(x).mul(0.5);
  }

  private static SDVariable geluByTanh(SameDiff graph, SDVariable x) {
    SDVariable cubic = x.mul(x).mul(x).mul(GELU_CUBIC).add(x);
    return graph.math().tanh(cubic.mul(Math.sqrt(2 / Math.PI))).add(1).mul(x).mul(0.5);
  }

  private static Value clip(Node node, ImportedGraph graph) {
    double lowest = bound(node, "min", 1, -Float.MAX_VALUE);
    double highest = bound(node, "max", 2, Float.MAX_VALUE);
    if (node.input(0).type() == ElementType.INTEGER) {
      return clippedIntegers(graph, node.input(0), lowest, highest);
    }
    return function(
        graph,
        "Clip " + lowest + " " + highest,
        node.input(0),
        x -> Math.min(highest, Math.max(lowest, x)),
        (sameDiff, x) -> sameDiff.math().clipByValue(x, lowest, highest));
  }

  private static Value clippedIntegers(
      ImportedGraph graph, Value value, double lowest, double highest) {
    Value from =
        Value.scalar(ElementType.INTEGER, SymbolicNumber.of(Math.max(lowest, Integer.MIN_VALUE)));
    Value to =
        Value.scalar(ElementType.INTEGER, SymbolicNumber.of(Math.min(highest, Integer.MAX_VALUE)));
    return Arithmetic.minimum(graph, Arithmetic.maximum(graph, value, from), to);
  }

  private static double bound(Node node, String attribute, int input, double otherwise) {
    return node.optional(input)
        .map(
            value ->
                value
                    .uniformConstant()
                    .orElseThrow(
                        () ->
                            new UnsupportedOperationException(
                                "its bound " + attribute + " depends on the data")))
        .orElseGet(() -> node.real(attribute, otherwise));
  }

  private static Value cast(Node node, ImportedGraph graph) {
    int code = (int) node.integer("to", 0);
    NumberFormat format =
        NumberFormat.ofCode(code)
            .orElseThrow(
                () -> new UnsupportedOperationException("it makes numbers of type " + code));
    return cast(graph, node.input(0), format.elementType())
        .from(node.operator(), List.of(node.input(0)));
  }

  static Value cast(ImportedGraph graph, Value value, ElementType type) {
    if (type == value.type()) {
      return value;
    }
    Optional<Value> folded =
        Folding.transform(type, value, number -> cast(number, value.type(), type));
    if (folded.isPresent()) {
      return folded.get();
    }
    SDVariable array = graph.stored(value);
    SDVariable result =
        type == ElementType.BOOLEAN
            ? graph.once(() -> array.neq(0).castTo(type.dataType()), "truth", array)
            : graph.cast(array, type);
    return Value.computed(type, value.shape(), value.stored(), result);
  }

  private static SymbolicNumber cast(SymbolicNumber number, ElementType from, ElementType to) {
    if (to == ElementType.BOOLEAN) {
      return number.is(0) ? SymbolicNumber.ZERO : SymbolicNumber.ONE;
    }
    if (to == ElementType.INTEGER && from == ElementType.FLOAT && !number.isWhole()) {
      double value = number.known();
      return SymbolicNumber.of(value < 0 ? Math.ceil(value) : Math.floor(value));
    }
    return number;
  }

  /** Exports are made for inference, where dropout does nothing. */
  private static List<Value> dropout(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    return List.of(input, Value.uniform(ElementType.BOOLEAN, input.shape(), SymbolicNumber.ONE));
  }
}
