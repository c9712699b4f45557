package org.owlore.onnx.operators;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Comparisons, truth values and choices: the making of masks. Truth values are 0 and 1. */
final class Logic {
  private Logic() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put(
        "Equal", (Operator.Single) (node, graph) -> equal(graph, node.input(0), node.input(1)));
    operators.put(
        "Less", (Operator.Single) (node, graph) -> less(graph, node.input(0), node.input(1)));
    operators.put("LessOrEqual", comparison("atMost", sign -> sign <= 0, SDVariable::lte));
    operators.put("Greater", comparison("greater", sign -> sign > 0, SDVariable::gt));
    operators.put("GreaterOrEqual", comparison("atLeast", sign -> sign >= 0, SDVariable::gte));
    operators.put("And", binary(Logic::and));
    operators.put("Or", binary(Logic::or));
    operators.put("Xor", comparison("differs", sign -> sign != 0, SDVariable::neq));
    operators.put("Not", (Operator.Single) (node, graph) -> not(graph, node.input(0)));
    operators.put("IsNaN", (Operator.Single) (node, graph) -> isNotANumber(node));
    operators.put("Where", (Operator.Single) Logic::where);
    return operators;
  }

  private static Operator.Single comparison(
      String name, IntPredicate holds, BinaryOperator<SDVariable> operation) {
    return (node, graph) -> compare(graph, name, node.input(0), node.input(1), holds, operation);
  }

  static Value equal(ImportedGraph graph, Value left, Value right) {
    return compare(graph, "equal", left, right, sign -> sign == 0, SDVariable::eq);
  }

  static Value less(ImportedGraph graph, Value left, Value right) {
    return compare(graph, "less", left, right, sign -> sign < 0, SDVariable::lt);
  }

  private static Value compare(
      ImportedGraph graph,
      String name,
      Value left,
      Value right,
      IntPredicate holds,
      BinaryOperator<SDVariable> operation) {
    return Arithmetic.combine(
        graph,
        name,
        ElementType.BOOLEAN,
        left,
        right,
        (a, b) -> truth(holds.test(order(a, b))),
        (a, b) -> graph.cast(operation.apply(a, b), ElementType.BOOLEAN));
  }

  /** Which of two sizes is larger may not be known; then the running graph compares them. */
  private static int order(SymbolicNumber left, SymbolicNumber right) {
    return left.comparedTo(right)
        .orElseThrow(() -> new ArithmeticException("the order depends on the batch"));
  }

  private static SymbolicNumber truth(boolean value) {
    return value ? SymbolicNumber.ONE : SymbolicNumber.ZERO;
  }

  /** Combines truth values. */
  @FunctionalInterface
  private interface Combination {
    Value combine(ImportedGraph graph, Value left, Value right);
  }

  private static Operator.Single binary(Combination combination) {
    return (node, graph) -> combination.combine(graph, node.input(0), node.input(1));
  }

  private static Value and(ImportedGraph graph, Value left, Value right) {
    if (left.isUniform(0) || right.isUniform(0)) {
      SymbolicShape shape = left.shape().broadcast(right.shape());
      return Value.uniform(ElementType.BOOLEAN, shape, SymbolicNumber.ZERO);
    }
    return Arithmetic.multiply(graph, left, right).as(ElementType.BOOLEAN);
  }

  private static Value or(ImportedGraph graph, Value left, Value right) {
    SymbolicShape shape = left.shape().broadcast(right.shape());
    if (left.isUniform(1) || right.isUniform(1)) {
      return Value.uniform(ElementType.BOOLEAN, shape, SymbolicNumber.ONE);
    }
    if (left.isUniform(0) || right.isUniform(0)) {
      return Arithmetic.add(graph, left, right).as(ElementType.BOOLEAN);
    }
    return Arithmetic.combine(
        graph,
        "or",
        ElementType.BOOLEAN,
        left,
        right,
        (a, b) -> a.is(0) ? b : a,
        (a, b) -> graph.graph().math().max(a, b));
  }

  private static Value not(ImportedGraph graph, Value value) {
    Optional<Value> folded =
        Folding.transform(ElementType.BOOLEAN, value, number -> SymbolicNumber.ONE.minus(number));
    return folded.orElseGet(
        () -> {
          SDVariable argument = graph.stored(value);
          SDVariable result = graph.once(() -> argument.rsub(1), "not", argument);
          return Value.computed(ElementType.BOOLEAN, value.shape(), value.stored(), result);
        });
  }

  /** Exporters guard softmax against rows without any visible token; see {@link Numbers}. */
  private static Value isNotANumber(Node node) {
    return Value.uniform(ElementType.BOOLEAN, node.input(0).shape(), SymbolicNumber.ZERO);
  }

  private static Value where(Node node, ImportedGraph graph) {
    Value condition = node.input(0);
    Value yes = node.input(1);
    Value no = node.input(2);
    SymbolicShape shape = condition.shape().broadcast(yes.shape()).broadcast(no.shape());
    Value chosen = choose(graph, condition, yes, no);
    return new Value(
        yes.type(), shape, chosen.stored(), chosen.contents(), chosen.array(), chosen.origin());
  }

  private static Value choose(ImportedGraph graph, Value condition, Value yes, Value no) {
    if (condition.isUniform(1)) {
      return yes;
    }
    if (condition.isUniform(0)) {
      return no;
    }
    if (condition.isKnown() && yes.isKnown() && no.isKnown()) {
      Optional<Value> folded = fold(condition, yes, no);
      if (folded.isPresent()) {
        return folded.get();
      }
    }
    boolean computed = !yes.isKnown() && !no.isKnown() && yes.type() == ElementType.FLOAT;
    if (computed) {
      return selected(graph, condition, yes, no);
    }
    Value asNumber = cast(graph, condition, yes.type());
    Value inverse = cast(graph, not(graph, condition), yes.type());
    if (no.isUniform(0)) {
      return Arithmetic.multiply(graph, finite(yes), asNumber);
    }
    Value otherwise = Arithmetic.multiply(graph, finite(no), inverse);
    return yes.isUniform(0)
        ? otherwise
        : Arithmetic.add(graph, Arithmetic.multiply(graph, finite(yes), asNumber), otherwise);
  }

  /** Not as products: what is not chosen may be infinite. */
  private static Value selected(ImportedGraph graph, Value condition, Value yes, Value no) {
    SymbolicShape shape = condition.shape().broadcast(yes.shape()).broadcast(no.shape());
    SDVariable chosen = graph.full(Shapes.expanded(condition, shape));
    SDVariable first = graph.full(Shapes.expanded(yes, shape));
    SDVariable second = graph.full(Shapes.expanded(no, shape));
    SDVariable result =
        graph.once(
            () -> graph.graph().where(first, second, chosen.neq(0)),
            "where",
            chosen,
            first,
            second);
    return Value.computed(yes.type(), shape, result);
  }

  /** Products with 0 must be 0, so no number may be infinite. */
  private static Value finite(Value value) {
    return Folding.transform(
            value.type(),
            value,
            number ->
                number.isKnown() && value.type() == ElementType.FLOAT
                    ? SymbolicNumber.of(Numbers.storable(number))
                    : number)
        .orElse(value);
  }

  private static Value cast(ImportedGraph graph, Value truth, ElementType type) {
    if (truth.isKnown() || type.dataType() == truth.type().dataType()) {
      return truth.as(type);
    }
    SDVariable array = graph.cast(graph.stored(truth), type);
    return Value.computed(type, truth.shape(), truth.stored(), array);
  }

  private static Optional<Value> fold(Value condition, Value yes, Value no) {
    SymbolicShape stored = condition.stored().broadcast(yes.stored()).broadcast(no.stored());
    boolean decided =
        condition.contents().stream().allMatch(SymbolicNumber::isKnown) && stored.isKnown();
    if (!decided || stored.size().known() > Value.MOST_CONTENTS) {
      return Optional.empty();
    }
    long[] shape = stored.known();
    int[] which = Folding.index(condition.stored(), shape);
    int[] left = Folding.index(yes.stored(), shape);
    int[] right = Folding.index(no.stored(), shape);
    List<SymbolicNumber> contents =
        IntStream.range(0, which.length)
            .mapToObj(
                i ->
                    condition.contents().get(which[i]).is(0)
                        ? no.contents().get(right[i])
                        : yes.contents().get(left[i]))
            .toList();
    return Optional.of(new Value(yes.type(), stored, stored, contents, null, null));
  }
}
