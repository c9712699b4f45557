package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Operators that pick parts of arrays and put parts together. */
final class Selection {
  private Selection() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Gather", (Operator.Single) Selection::gather);
    operators.put("Slice", (Operator.Single) Selection::slice);
    operators.put("Split", Selection::split);
    operators.put("Concat", (Operator.Single) Selection::concat);
    return operators;
  }

  private static Value gather(Node node, ImportedGraph graph) {
    Value data = node.input(0);
    Value indices = node.input(1);
    int axis = node.axis("axis", 0);
    SymbolicShape shape =
        data.shape()
            .part(0, axis)
            .then(indices.shape())
            .then(data.shape().part(axis + 1, data.shape().rank()));
    Optional<List<SymbolicNumber>> positions = indices.numbers();
    if (positions.isPresent()) {
      Optional<List<SymbolicNumber>> numbers = data.numbers();
      if (numbers.isPresent() && data.shape().rank() == 1) {
        return Value.known(data.type(), shape, picked(numbers.get(), positions.get()));
      }
      if (positions.get().size() == 1) {
        SymbolicNumber at = counted(positions.get().get(0), data.shape().get(axis));
        Value part = range(graph, data, axis, at, at.plus(SymbolicNumber.ONE), 1);
        return Shapes.reshaped(graph, part, shape);
      }
    }
    Value counted = counted(graph, indices, data.shape().get(axis));
    SDVariable table = graph.full(data);
    SDVariable flat =
        graph.reshaped(
            graph.full(counted), indices.shape(), SymbolicShape.of(indices.shape().size()));
    SDVariable rows =
        graph.once(() -> graph.graph().gather(table, flat, axis), "gather", table, flat, axis);
    SymbolicShape gathered = data.shape().with(axis, indices.shape().size());
    return Value.computed(data.type(), shape, graph.reshaped(rows, gathered, shape));
  }

  private static List<SymbolicNumber> picked(
      List<SymbolicNumber> data, List<SymbolicNumber> indices) {
    List<SymbolicNumber> picked = new ArrayList<>();
    for (SymbolicNumber index : indices) {
      long at = counted(index, SymbolicNumber.of(data.size())).knownLong();
      if (at < 0 || at >= data.size()) {
        throw new ArithmeticException("it asks for entry " + at + " of " + data.size());
      }
      picked.add(data.get((int) at));
    }
    return picked;
  }

  /** Indices that may count from the end, also where only the running graph knows them. */
  static Value counted(ImportedGraph graph, Value indices, SymbolicNumber length) {
    Optional<Value> known =
        Folding.transform(indices.type(), indices, position -> counted(position, length));
    if (known.isPresent() || graph.isIds(indices)) {
      return known.orElse(indices);
    }
    Value zero = Value.scalar(ElementType.INTEGER, SymbolicNumber.ZERO);
    Value negative = Functions.cast(graph, Logic.less(graph, indices, zero), ElementType.INTEGER);
    Value size = Value.scalar(ElementType.INTEGER, length);
    return Arithmetic.add(graph, indices, Arithmetic.multiply(graph, negative, size));
  }

  /** A position that may count from the end. */
  static SymbolicNumber counted(SymbolicNumber position, SymbolicNumber length) {
    return position.isKnown() && position.known() < 0 ? position.plus(length) : position;
  }

  private static Value slice(Node node, ImportedGraph graph) {
    Value result = node.input(0);
    SymbolicShape shape = result.shape();
    List<SymbolicNumber> starts = numbers(node, "starts", 1);
    List<SymbolicNumber> ends = numbers(node, "ends", 2);
    long[] axes =
        node.integers("axes", 3).orElseGet(() -> LongStream.range(0, starts.size()).toArray());
    long[] steps =
        node.integers("steps", 4)
            .orElseGet(() -> LongStream.generate(() -> 1).limit(starts.size()).toArray());
    if (ends.size() != starts.size()
        || axes.length != starts.size()
        || steps.length != starts.size()) {
      throw new ArithmeticException("it has another number of starts than of ends, axes or steps");
    }
    for (int i = 0; i < axes.length; i++) {
      int axis = shape.axis(axes[i]);
      result = slice(graph, result, axis, starts.get(i), ends.get(i), steps[i]);
    }
    return result;
  }

  private static List<SymbolicNumber> numbers(Node node, String attribute, int index) {
    return node.integers(attribute)
        .map(given -> numbers(given))
        .orElseGet(() -> node.numbers(index));
  }

  private static List<SymbolicNumber> numbers(long[] numbers) {
    return LongStream.of(numbers).mapToObj(SymbolicNumber::of).toList();
  }

  private static Value slice(
      ImportedGraph graph,
      Value value,
      int axis,
      SymbolicNumber start,
      SymbolicNumber end,
      long step) {
    if (step < 1) {
      throw new UnsupportedOperationException("its step is " + step + ", which must be positive");
    }
    SymbolicNumber length = value.shape().get(axis);
    return range(
        graph, value, axis, clipped(graph, start, length), clipped(graph, end, length), step);
  }

  /**
   * A position within an axis. One that depends on the batch is taken to lie inside: a slice up to
   * the sequence length of a table means that the table is long enough.
   */
  private static SymbolicNumber clipped(
      ImportedGraph graph, SymbolicNumber position, SymbolicNumber length) {
    SymbolicNumber counted = counted(position, length);
    if (counted.isKnown() && counted.known() < 0) {
      return SymbolicNumber.ZERO;
    }
    OptionalInt order = counted.comparedTo(length);
    if (order.isEmpty()) {
      graph.assumeAtMost(counted, length);
    }
    boolean beyond = order.orElse(-1) > 0;
    return beyond || counted.isKnown() && counted.known() >= Integer.MAX_VALUE ? length : counted;
  }

  /** The entries from start up to, but without, end. */
  static Value range(
      ImportedGraph graph,
      Value value,
      int axis,
      SymbolicNumber start,
      SymbolicNumber end,
      long step) {
    SymbolicNumber length = count(start, end, step);
    SymbolicShape shape = value.shape().with(axis, length);
    if (start.is(0) && length.equals(value.shape().get(axis))) {
      return value;
    }
    SymbolicShape stored = value.stored().padded(value.shape().rank());
    if (value.stored().rank() == 0 || stored.get(axis).is(1)) {
      return new Value(
          value.type(), shape, value.stored(), value.contents(), value.array(), value.origin());
    }
    Optional<List<SymbolicNumber>> numbers = value.numbers();
    if (numbers.isPresent() && value.shape().rank() == 1 && length.isKnown() && start.isKnown()) {
      List<SymbolicNumber> part =
          IntStream.range(0, (int) length.known())
              .mapToObj(i -> numbers.get().get((int) (start.known() + i * step)))
              .toList();
      return Value.known(value.type(), shape, part);
    }
    SDVariable array = graph.aligned(value);
    SDVariable part =
        start.isKnown() && end.isKnown()
            ? known(graph, array, stored.rank(), axis, start.knownLong(), end.knownLong(), step)
            : symbolic(graph, array, axis, start, length, step);
    return Value.computed(value.type(), shape, stored.with(axis, length), part);
  }

  private static SymbolicNumber count(SymbolicNumber start, SymbolicNumber end, long step) {
    SymbolicNumber difference = end.minus(start);
    if (difference.isKnown()) {
      return SymbolicNumber.of(Math.max(0, Math.ceil(difference.known() / step)));
    }
    if (step != 1) {
      throw new UnsupportedOperationException("it takes every " + step + "th of " + difference);
    }
    return difference;
  }

  private static SDVariable known(
      ImportedGraph graph, SDVariable array, int rank, int axis, long start, long end, long step) {
    long[] starts = new long[rank];
    long[] ends = new long[rank];
    long[] steps = new long[rank];
    Arrays.fill(steps, 1);
    starts[axis] = start;
    ends[axis] = end;
    steps[axis] = step;
    int wholeAxes = (1 << rank) - 1 & ~(1 << axis);
    return graph.once(
        () -> graph.graph().stridedSlice(array, starts, ends, steps, wholeAxes, wholeAxes, 0, 0, 0),
        "slice",
        array,
        axis,
        start,
        end,
        step);
  }

  private static SDVariable symbolic(
      ImportedGraph graph,
      SDVariable array,
      int axis,
      SymbolicNumber start,
      SymbolicNumber length,
      long step) {
    SDVariable positions = graph.positions(length);
    Value first = Value.computed(ElementType.FLOAT, SymbolicShape.of(length), positions);
    Value scaled =
        Arithmetic.multiply(graph, first, Value.scalar(ElementType.FLOAT, SymbolicNumber.of(step)));
    Value moved = Arithmetic.add(graph, scaled, Value.scalar(ElementType.FLOAT, start));
    SDVariable indices = graph.cast(graph.full(moved), ElementType.INTEGER);
    return graph.once(
        () -> graph.graph().gather(array, indices, axis), "gather", array, indices, axis);
  }

  private static List<Value> split(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    int axis = node.axis("axis", 0);
    SymbolicNumber length = input.shape().get(axis);
    List<SymbolicNumber> sizes =
        node.integers("split")
            .map(given -> numbers(given))
            .or(() -> node.optionalNumbers(1))
            .orElseGet(() -> equalParts(length, node.outputs()));
    if (sizes.size() < node.outputs()) {
      throw new ArithmeticException(
          "it makes %d parts, but gives %d sizes".formatted(node.outputs(), sizes.size()));
    }
    return parts(graph, input, axis, sizes);
  }

  /** Neighbouring parts that make up the whole axis. */
  static List<Value> parts(ImportedGraph graph, Value input, int axis, List<SymbolicNumber> sizes) {
    List<Value> parts = new ArrayList<>();
    SymbolicNumber start = SymbolicNumber.ZERO;
    for (SymbolicNumber size : sizes) {
      SymbolicNumber end = start.plus(size);
      parts.add(range(graph, input, axis, start, end, 1));
      start = end;
    }
    if (!start.equals(input.shape().get(axis))) {
      throw new ArithmeticException(
          "its parts add up to " + start + " of " + input.shape().get(axis));
    }
    return parts;
  }

  private static List<SymbolicNumber> equalParts(SymbolicNumber length, int parts) {
    double size = Math.ceil(length.known() / parts);
    List<SymbolicNumber> sizes = new ArrayList<>();
    for (double rest = length.known(); sizes.size() < parts; rest -= size) {
      sizes.add(SymbolicNumber.of(Math.max(0, Math.min(size, rest))));
    }
    return sizes;
  }

  private static Value concat(Node node, ImportedGraph graph) {
    List<Value> parts = node.inputs().stream().filter(part -> !part.shape().isEmpty()).toList();
    if (parts.isEmpty()) {
      return node.input(0);
    }
    int axis = parts.get(0).shape().axis(node.integer("axis", 0));
    return concat(graph, parts, axis).from(node.operator(), parts);
  }

  static Value concat(ImportedGraph graph, List<Value> parts, int axis) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    Value first = parts.get(0);
    SymbolicNumber length = SymbolicNumber.ZERO;
    for (Value part : parts) {
      requireSameBut(axis, first.shape(), part.shape());
      length = length.plus(part.shape().get(axis));
    }
    SymbolicShape shape = first.shape().with(axis, length);
    boolean known =
        shape.rank() == 1 && parts.stream().allMatch(part -> part.numbers().isPresent());
    if (known && length.known() <= Value.MOST_CONTENTS) {
      List<SymbolicNumber> numbers =
          parts.stream().flatMap(part -> part.numbers().orElseThrow().stream()).toList();
      return Value.known(first.type(), shape, numbers);
    }
    return Value.deferred(first.type(), shape, shape, () -> joined(graph, parts, axis));
  }

  private static SDVariable joined(ImportedGraph graph, List<Value> parts, int axis) {
    SDVariable[] arrays = parts.stream().map(graph::full).toArray(SDVariable[]::new);
    List<Object> key = new ArrayList<>(List.of("concat", axis));
    key.addAll(List.of(arrays));
    return graph.once(() -> graph.graph().concat(axis, arrays), key.toArray());
  }

  private static void requireSameBut(int axis, SymbolicShape first, SymbolicShape other) {
    boolean same = first.rank() == other.rank() && first.with(axis, other.get(axis)).equals(other);
    if (!same) {
      throw new ArithmeticException(
          "the shapes " + first + " and " + other + " cannot be joined along axis " + axis);
    }
  }
}
