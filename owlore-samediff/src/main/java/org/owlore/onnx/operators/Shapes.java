package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Operators that look at shapes and change them, but no number. */
final class Shapes {
  private Shapes() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("Shape", (Operator.Single) (node, graph) -> shape(node));
    operators.put("Size", (Operator.Single) (node, graph) -> size(node));
    operators.put("Reshape", (Operator.Single) Shapes::reshape);
    operators.put("Flatten", (Operator.Single) Shapes::flatten);
    operators.put("Squeeze", (Operator.Single) Shapes::squeeze);
    operators.put("Unsqueeze", (Operator.Single) Shapes::unsqueeze);
    operators.put("Transpose", (Operator.Single) Shapes::transpose);
    operators.put("Expand", (Operator.Single) (node, graph) -> expand(node));
    operators.put("Tile", (Operator.Single) Shapes::tile);
    return operators;
  }

  private static Value shape(Node node) {
    SymbolicShape shape = node.input(0).shape();
    int start = bound(node.integer("start", 0), shape.rank());
    int end = bound(node.integer("end", shape.rank()), shape.rank());
    return Value.integers(shape.part(Math.min(start, end), end).dimensions());
  }

  private static int bound(long position, int rank) {
    long counted = position < 0 ? position + rank : position;
    return (int) Math.max(0, Math.min(rank, counted));
  }

  private static Value size(Node node) {
    return Value.scalar(ElementType.INTEGER, node.input(0).shape().size());
  }

  private static Value reshape(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    List<SymbolicNumber> asked =
        node.integers("shape")
            .map(shape -> SymbolicShape.of(shape).dimensions())
            .orElseGet(() -> node.numbers(1));
    boolean zeroIsZero = node.integer("allowzero", 0) != 0;
    return reshaped(graph, input, target(input.shape(), asked, zeroIsZero));
  }

  /** The shape that is asked for, with 0 (keep) and -1 (what is left) filled in. */
  private static SymbolicShape target(
      SymbolicShape shape, List<SymbolicNumber> asked, boolean zeroIsZero) {
    List<SymbolicNumber> target = new ArrayList<>();
    int open = -1;
    SymbolicNumber rest = shape.size();
    for (int axis = 0; axis < asked.size(); axis++) {
      SymbolicNumber dimension = asked.get(axis);
      if (dimension.is(0) && !zeroIsZero) {
        dimension = shape.get(shape.axis(axis));
      }
      if (dimension.is(-1)) {
        if (open >= 0) {
          throw new UnsupportedOperationException("it leaves two dimensions open");
        }
        open = axis;
      }
      target.add(dimension);
    }
    for (int axis = 0; axis < target.size(); axis++) {
      if (axis != open) {
        rest = quotient(shape, rest, target.get(axis), asked);
      }
    }
    if (open >= 0) {
      target.set(open, rest);
    } else if (!rest.is(1)) {
      throw new ArithmeticException("the shape " + shape + " cannot become " + asked);
    }
    return new SymbolicShape(target);
  }

  private static SymbolicNumber quotient(
      SymbolicShape shape,
      SymbolicNumber dividend,
      SymbolicNumber divisor,
      List<SymbolicNumber> asked) {
    if (divisor.is(0)) {
      throw new UnsupportedOperationException("it makes an empty array");
    }
    return dividend
        .dividedBy(divisor)
        .filter(SymbolicNumber::isWhole)
        .orElseThrow(
            () -> new ArithmeticException("the shape " + shape + " cannot become " + asked));
  }

  private static Value flatten(Node node, ImportedGraph graph) {
    SymbolicShape shape = node.input(0).shape();
    long given = node.integer("axis", 1);
    int axis = given == shape.rank() ? shape.rank() : shape.axis(given);
    return reshaped(
        graph,
        node.input(0),
        SymbolicShape.of(shape.part(0, axis).size(), shape.part(axis, shape.rank()).size()));
  }

  /** The same numbers under another shape. */
  static Value reshaped(ImportedGraph graph, Value value, SymbolicShape shape) {
    if (shape.equals(value.shape())) {
      return value;
    }
    if (value.stored().rank() == 0) {
      return new Value(value.type(), shape, value.stored(), value.contents(), value.array(), null);
    }
    Optional<List<SymbolicNumber>> numbers = value.numbers();
    if (numbers.isPresent()) {
      return Value.known(value.type(), shape, numbers.get());
    }
    SDVariable array = graph.full(value);
    return Value.computed(value.type(), shape, graph.reshaped(array, value.shape(), shape));
  }

  private static Value squeeze(Node node, ImportedGraph graph) {
    SymbolicShape shape = node.input(0).shape();
    Set<Integer> axes = new TreeSet<>();
    long[] given =
        node.integers("axes", 1)
            .orElseGet(
                () ->
                    IntStream.range(0, shape.rank())
                        .filter(axis -> shape.get(axis).is(1))
                        .asLongStream()
                        .toArray());
    for (long axis : given) {
      axes.add(shape.axis(axis));
    }
    List<SymbolicNumber> kept = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        kept.add(shape.get(axis));
      } else if (!shape.get(axis).is(1)) {
        throw new ArithmeticException("axis " + axis + " of the shape " + shape + " is not 1");
      }
    }
    return realigned(graph, node.input(0), new SymbolicShape(kept), axes, false);
  }

  private static Value unsqueeze(Node node, ImportedGraph graph) {
    SymbolicShape shape = node.input(0).shape();
    long[] given =
        node.integers("axes", 1)
            .orElseThrow(() -> new UnsupportedOperationException("its axes are missing"));
    int rank = shape.rank() + given.length;
    SymbolicShape target = SymbolicShape.SCALAR.padded(rank);
    Set<Integer> axes = new TreeSet<>();
    for (long axis : given) {
      axes.add(target.axis(axis));
    }
    if (axes.size() != given.length) {
      throw new UnsupportedOperationException("it names an axis twice");
    }
    List<SymbolicNumber> dimensions = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      dimensions.add(axes.contains(axis) ? SymbolicNumber.ONE : shape.get(next++));
    }
    return realigned(graph, node.input(0), new SymbolicShape(dimensions), axes, true);
  }

  /** Adds or removes axes of length 1, also in what is held smaller than it is. */
  private static Value realigned(
      ImportedGraph graph, Value value, SymbolicShape shape, Set<Integer> axes, boolean added) {
    if (value.isFull() || value.stored().rank() == 0) {
      return reshaped(graph, value, shape);
    }
    SymbolicShape aligned = value.stored().padded(value.shape().rank());
    List<SymbolicNumber> stored = new ArrayList<>();
    int next = 0;
    int rank = added ? shape.rank() : aligned.rank();
    for (int axis = 0; axis < rank; axis++) {
      if (!axes.contains(axis)) {
        stored.add(aligned.get(added ? next++ : axis));
      } else if (added) {
        stored.add(SymbolicNumber.ONE);
      }
    }
    SymbolicShape changed = new SymbolicShape(stored);
    if (value.isKnown()) {
      return new Value(value.type(), shape, changed, value.contents(), null, null);
    }
    SDVariable array = graph.reshaped(graph.stored(value), value.stored(), changed);
    return Value.computed(value.type(), shape, changed, array);
  }

  private static Value transpose(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    int rank = input.shape().rank();
    int[] order =
        node.integers("perm")
            .map(given -> order(input.shape(), given))
            .orElseGet(() -> IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray());
    return isIdentity(order)
        ? input
        : permuted(graph, input, order).from("Transpose", List.of(input));
  }

  private static int[] order(SymbolicShape shape, long[] given) {
    int[] order = Arrays.stream(given).mapToInt(shape::axis).toArray();
    boolean each =
        order.length == shape.rank() && IntStream.of(order).distinct().count() == order.length;
    if (!each) {
      throw new ArithmeticException(
          "the order " + Arrays.toString(given) + " does not fit the shape " + shape);
    }
    return order;
  }

  private static boolean isIdentity(int... order) {
    return IntStream.range(0, order.length).allMatch(axis -> order[axis] == axis);
  }

  static Value permuted(ImportedGraph graph, Value value, int... order) {
    SymbolicShape shape = value.shape().permuted(order);
    if (isIdentity(order) || value.stored().rank() == 0) {
      return new Value(value.type(), shape, value.stored(), value.contents(), value.array(), null);
    }
    Optional<List<SymbolicNumber>> numbers = value.numbers();
    if (numbers.isPresent()) {
      return Value.known(value.type(), shape, permuted(numbers.get(), value.shape(), shape, order));
    }
    SymbolicShape aligned = value.stored().padded(shape.rank());
    return Value.deferred(
        value.type(), shape, aligned.permuted(order), () -> permutedArray(graph, value, order));
  }

  private static SDVariable permutedArray(ImportedGraph graph, Value value, int[] order) {
    SDVariable array = graph.aligned(value);
    return graph.once(
        () -> array.permute(order), "permute", array, IntStream.of(order).boxed().toList());
  }

  private static List<SymbolicNumber> permuted(
      List<SymbolicNumber> numbers, SymbolicShape original, SymbolicShape shape, int[] order) {
    long[] from = original.known();
    int[] strides = new int[from.length];
    int stride = 1;
    for (int axis = from.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= (int) from[axis];
    }
    long[] to = shape.known();
    List<SymbolicNumber> contents = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      int rest = i;
      int source = 0;
      for (int axis = to.length - 1; axis >= 0; axis--) {
        source += rest % (int) to[axis] * strides[order[axis]];
        rest /= (int) to[axis];
      }
      contents.add(numbers.get(source));
    }
    return contents;
  }

  private static Value expand(Node node) {
    Value input = node.input(0);
    return expanded(input, input.shape().broadcast(new SymbolicShape(node.numbers(1))));
  }

  /** Nothing is copied until an operation needs the array in full. */
  static Value expanded(Value value, SymbolicShape shape) {
    return new Value(
        value.type(), shape, value.stored(), value.contents(), value.array(), value.origin());
  }

  private static Value tile(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    List<SymbolicNumber> repeats = node.numbers(1);
    if (repeats.size() != input.shape().rank()) {
      throw new ArithmeticException(
          "it repeats " + repeats.size() + " axes of the shape " + input.shape());
    }
    Value result = input;
    for (int axis = 0; axis < repeats.size(); axis++) {
      result = repeated(graph, result, axis, repeats.get(axis));
    }
    return result;
  }

  private static Value repeated(ImportedGraph graph, Value value, int axis, SymbolicNumber times) {
    SymbolicNumber dimension = value.shape().get(axis);
    if (times.is(1)) {
      return value;
    }
    if (dimension.is(1)) {
      return expanded(value, value.shape().with(axis, times));
    }
    SymbolicShape before = value.shape().part(0, axis);
    SymbolicShape after = value.shape().part(axis, value.shape().rank());
    Value apart =
        reshaped(graph, value, before.then(SymbolicShape.of(SymbolicNumber.ONE)).then(after));
    Value copies = expanded(apart, before.then(SymbolicShape.of(times)).then(after));
    return reshaped(graph, copies, value.shape().with(axis, dimension.times(times)));
  }
}
