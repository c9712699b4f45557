package org.owlore.onnx.operators;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.AttributeProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.file.OnnxTensor;
import org.owlore.onnx.file.TensorReader;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Operators that make arrays out of nothing but shapes and numbers. */
final class Creation {
  private final TensorReader tensors;

  private Creation(TensorReader tensors) {
    this.tensors = tensors;
  }

  static Map<String, Operator> operators(TensorReader tensors) {
    Creation creation = new Creation(tensors);
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Constant", (Operator.Single) creation::constant);
    operators.put("ConstantOfShape", (Operator.Single) (node, graph) -> creation.filled(node));
    operators.put("Range", (Operator.Single) Creation::range);
    operators.put("EyeLike", (Operator.Single) Creation::identity);
    operators.put("Trilu", (Operator.Single) Creation::triangle);
    operators.put("CumSum", (Operator.Single) Creation::cumulativeSum);
    return operators;
  }

  private Value constant(Node node, ImportedGraph graph) {
    Optional<AttributeProto> tensor = node.attribute("value");
    if (tensor.isPresent()) {
      return value(tensors.read(tensor.get().getT()), graph);
    }
    return node.attribute("value_int")
        .map(found -> number(ElementType.INTEGER, found.getI()))
        .or(
            () ->
                node.attribute("value_float").map(found -> number(ElementType.FLOAT, found.getF())))
        .or(() -> node.integers("value_ints").map(Creation::vector))
        .or(() -> node.attribute("value_floats").map(Creation::reals))
        .orElseThrow(
            () ->
                new UnsupportedOperationException("its value is of a kind that is not supported"));
  }

  private static Value number(ElementType type, double number) {
    return Value.scalar(type, SymbolicNumber.of(number));
  }

  private static Value vector(long[] numbers) {
    return Value.integers(LongStream.of(numbers).mapToObj(SymbolicNumber::of).toList());
  }

  private static Value reals(AttributeProto attribute) {
    List<SymbolicNumber> numbers =
        attribute.getFloatsList().stream().map(SymbolicNumber::of).toList();
    return Value.known(ElementType.FLOAT, SymbolicShape.of(numbers.size()), numbers);
  }

  /** A tensor that does not train: computed with at import when it is small, else a constant. */
  static Value value(OnnxTensor tensor, ImportedGraph graph) {
    SymbolicShape shape = SymbolicShape.of(tensor.shape());
    ElementType type = tensor.format().elementType();
    if (tensor.length() <= Value.MOST_CONTENTS) {
      double[] numbers = tensor.numbers();
      return Value.known(type, shape, Arrays.stream(numbers).mapToObj(SymbolicNumber::of).toList());
    }
    return Value.computed(type, shape, graph.graph().constant(tensor.array()));
  }

  private Value filled(Node node) {
    SymbolicShape shape = new SymbolicShape(node.numbers(0));
    Optional<OnnxTensor> tensor = node.attribute("value").map(found -> tensors.read(found.getT()));
    ElementType type = tensor.map(found -> found.format().elementType()).orElse(ElementType.FLOAT);
    if (tensor.isPresent() && tensor.get().length() != 1) {
      throw new UnsupportedOperationException("its value is not a single number");
    }
    double number = tensor.map(found -> found.numbers()[0]).orElse(0.0);
    return Value.uniform(type, shape, SymbolicNumber.of(number));
  }

  private static Value range(Node node, ImportedGraph graph) {
    SymbolicNumber start = single(node, 0);
    SymbolicNumber limit = single(node, 1);
    double step = single(node, 2).known();
    ElementType type = node.input(0).type();
    SymbolicNumber length = length(start, limit, step);
    if (length.isKnown() && length.known() <= Value.MOST_CONTENTS) {
      List<SymbolicNumber> numbers =
          IntStream.range(0, (int) length.known())
              .mapToObj(i -> start.plus(SymbolicNumber.of(i * step)))
              .toList();
      return Value.known(type, SymbolicShape.of(length), numbers);
    }
    Value positions =
        Value.computed(ElementType.FLOAT, SymbolicShape.of(length), graph.positions(length));
    Value scaled =
        Arithmetic.multiply(
            graph, positions, Value.scalar(ElementType.FLOAT, SymbolicNumber.of(step)));
    Value moved = Arithmetic.add(graph, scaled, Value.scalar(ElementType.FLOAT, start));
    return Functions.cast(graph, moved, type);
  }

  private static SymbolicNumber length(SymbolicNumber start, SymbolicNumber limit, double step) {
    if (step == 0) {
      throw new UnsupportedOperationException("its step is 0");
    }
    SymbolicNumber difference = limit.minus(start);
    if (difference.isKnown()) {
      return SymbolicNumber.of(Math.max(0, Math.ceil(difference.known() / step)));
    }
    SymbolicNumber exact = difference.times(SymbolicNumber.of(1 / step));
    if (!exact.isWhole()) {
      throw new UnsupportedOperationException("its length " + exact + " may be no whole number");
    }
    return exact;
  }

  private static SymbolicNumber single(Node node, int index) {
    return node.input(index)
        .uniformNumber()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "its input " + index + " depends on the data, so shapes would as well"));
  }

  private static Value identity(Node node, ImportedGraph graph) {
    SymbolicShape shape = node.input(0).shape();
    if (shape.rank() != 2) {
      throw new ArithmeticException("it needs a matrix, but has the shape " + shape);
    }
    SDVariable distance = distance(graph, shape);
    double offset = node.integer("k", 0);
    SDVariable diagonal = graph.once(() -> distance.eq(offset), "diagonal", distance, offset);
    return Value.computed(ElementType.FLOAT, shape, graph.cast(diagonal, ElementType.BOOLEAN));
  }

  /** Column minus row, FLOAT {@code [rows, columns]}, of the last two dimensions. */
  private static SDVariable distance(ImportedGraph graph, SymbolicShape shape) {
    SDVariable rows = graph.positions(shape.get(shape.rank() - 2));
    SDVariable columns = graph.positions(shape.get(shape.rank() - 1));
    SDVariable column = graph.once(() -> rows.reshape(-1, 1), "column", rows);
    return graph.once(() -> columns.sub(column), "distance", rows, columns);
  }

  private static Value triangle(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    if (input.shape().rank() < 2) {
      throw new ArithmeticException("it needs a matrix, but has the shape " + input.shape());
    }
    double offset = node.optionalNumbers(1).map(numbers -> numbers.get(0).known()).orElse(0.0);
    boolean upper = node.integer("upper", 1) != 0;
    SDVariable distance = distance(graph, input.shape());
    SDVariable inside =
        graph.once(
            () -> upper ? distance.gte(offset) : distance.lte(offset),
            "triangle",
            distance,
            offset,
            upper);
    int rank = input.shape().rank();
    Value mask =
        Value.computed(
            ElementType.BOOLEAN,
            input.shape().part(rank - 2, rank),
            graph.cast(inside, ElementType.BOOLEAN));
    return Arithmetic.multiply(graph, input, Functions.cast(graph, mask, input.type()));
  }

  private static Value cumulativeSum(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    int axis = input.shape().axis(node.numbers(1).get(0).knownLong());
    boolean exclusive = node.integer("exclusive", 0) != 0;
    boolean reverse = node.integer("reverse", 0) != 0;
    SDVariable array = graph.cast(graph.full(input), ElementType.FLOAT);
    SDVariable sum =
        graph.once(
            () -> graph.graph().cumsum(array, exclusive, reverse, axis),
            "cumsum",
            array,
            exclusive,
            reverse,
            axis);
    return Functions.cast(
        graph, Value.computed(ElementType.FLOAT, input.shape(), sum), input.type());
  }
}
