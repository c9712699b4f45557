package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Operators that look up single entries by their coordinates, and lists of arrays. */
final class Lookup {
  private Lookup() {}

  static Map<String, Operator> operators() {
    Map<String, Operator> operators = new HashMap<>();
    operators.put("GatherND", (Operator.Single) Lookup::byCoordinates);
    operators.put("GatherElements", (Operator.Single) Lookup::alongAxis);
    operators.put("ScatterND", (Operator.Single) Lookup::overwritten);
    operators.put("NonZero", (Operator.Single) Lookup::positions);
    operators.put("OneHot", (Operator.Single) Lookup::oneHot);
    operators.put("SplitToSequence", (Operator.Single) Lookup::list);
    operators.put("SequenceAt", (Operator.Single) (node, graph) -> entry(node));
    return operators;
  }

  private static Value byCoordinates(Node node, ImportedGraph graph) {
    Value data = node.input(0);
    Value indices = node.input(1);
    if (node.integer("batch_dims", 0) != 0) {
      throw new UnsupportedOperationException("its batch dimensions are not supported");
    }
    int last = indices.shape().rank() - 1;
    if (last < 0) {
      throw new ArithmeticException("its indices are a single number");
    }
    int depth = (int) Math.min(Integer.MAX_VALUE, indices.shape().get(last).knownLong());
    if (depth < 1 || depth > data.shape().rank()) {
      throw new ArithmeticException(
          "its indices of the shape " + indices.shape() + " do not fit " + data.shape());
    }
    List<Value> coordinates = new ArrayList<>();
    for (int axis = 0; axis < depth; axis++) {
      coordinates.add(
          Selection.counted(graph, coordinate(graph, indices, axis), data.shape().get(axis)));
    }
    Optional<SymbolicNumber> single = depth == 1 ? single(coordinates.get(0)) : Optional.empty();
    if (single.isPresent()) {
      SymbolicNumber end = single.get().plus(SymbolicNumber.ONE);
      SymbolicShape inner = data.shape().part(1, data.shape().rank());
      Value part = Selection.range(graph, data, 0, single.get(), end, 1);
      return Shapes.reshaped(graph, part, coordinates.get(0).shape().then(inner));
    }
    return entries(graph, data, coordinates);
  }

  private static Optional<SymbolicNumber> single(Value coordinate) {
    return coordinate.numbers().filter(all -> all.size() == 1).map(all -> all.get(0));
  }

  /** One coordinate of each index; taken from before they were joined, where it may be smaller. */
  private static Value coordinate(ImportedGraph graph, Value indices, int axis) {
    int last = indices.shape().rank() - 1;
    SymbolicShape outer = indices.shape().part(0, last);
    boolean joined =
        indices.isFrom("Concat")
            && indices.origin().inputs().size() > axis
            && indices.origin().inputs().stream()
                .allMatch(part -> part.shape().equals(outer.then(SymbolicShape.of(1))));
    if (joined) {
      return withoutLast(graph, indices.origin().inputs().get(axis));
    }
    SymbolicNumber at = SymbolicNumber.of(axis);
    Value part = Selection.range(graph, indices, last, at, at.plus(SymbolicNumber.ONE), 1);
    return Shapes.reshaped(graph, part, outer);
  }

  private static Value withoutLast(ImportedGraph graph, Value value) {
    SymbolicShape shape = value.shape().part(0, value.shape().rank() - 1);
    if (value.isFull() || value.stored().rank() == 0) {
      return Shapes.reshaped(graph, value, shape);
    }
    SymbolicShape stored = value.stored().part(0, value.stored().rank() - 1);
    if (value.isKnown()) {
      return new Value(value.type(), shape, stored, value.contents(), null, null);
    }
    SDVariable array = graph.reshaped(graph.stored(value), value.stored(), stored);
    return Value.computed(value.type(), shape, stored, array);
  }

  /** The entries (or blocks of entries) of an array at given coordinates of its first axes. */
  private static Value entries(ImportedGraph graph, Value data, List<Value> coordinates) {
    int depth = coordinates.size();
    SymbolicShape inner = data.shape().part(depth, data.shape().rank());
    Value position = coordinates.get(0);
    for (int axis = 1; axis < depth; axis++) {
      Value stride = Value.scalar(ElementType.INTEGER, data.shape().get(axis));
      position =
          Arithmetic.add(
              graph, Arithmetic.multiply(graph, position, stride), coordinates.get(axis));
    }
    SymbolicShape rows = SymbolicShape.of(data.shape().part(0, depth).size()).then(inner);
    SDVariable table = graph.reshaped(graph.full(data), data.shape(), rows);
    SymbolicShape stored = position.stored();
    SDVariable flat =
        graph.reshaped(graph.stored(position), stored, SymbolicShape.of(stored.size()));
    SDVariable found =
        graph.once(() -> graph.graph().gather(table, flat, 0), "gather", table, flat, 0);
    SymbolicShape made = SymbolicShape.of(stored.size()).then(inner);
    if (inner.rank() > 0) {
      SymbolicShape aligned = stored.padded(position.shape().rank());
      return Value.computed(
          data.type(),
          position.shape().then(inner),
          aligned.then(inner),
          graph.reshaped(found, made, aligned.then(inner)));
    }
    return Value.computed(
        data.type(), position.shape(), stored, graph.reshaped(found, made, stored));
  }

  private static Value alongAxis(Node node, ImportedGraph graph) {
    Value data = node.input(0);
    Value indices = node.input(1);
    int axis = node.axis("axis", 0);
    int rank = data.shape().rank();
    if (indices.shape().rank() != rank) {
      throw new ArithmeticException(
          "its indices of the shape " + indices.shape() + " do not fit " + data.shape());
    }
    if (data.uniformNumber().isPresent()) {
      return Value.uniform(data.type(), indices.shape(), data.uniformNumber().get());
    }
    List<Value> coordinates = new ArrayList<>();
    for (int other = 0; other < rank; other++) {
      coordinates.add(
          other == axis
              ? Selection.counted(graph, indices, data.shape().get(axis))
              : positions(graph, indices.shape(), other));
    }
    return entries(graph, data, coordinates);
  }

  /** Each entry's own position along an axis. */
  private static Value positions(ImportedGraph graph, SymbolicShape shape, int axis) {
    SymbolicNumber length = shape.get(axis);
    SDVariable numbers = graph.cast(graph.positions(length), ElementType.INTEGER);
    SymbolicShape stored = SymbolicShape.SCALAR.padded(shape.rank()).with(axis, length);
    return Value.computed(
        ElementType.INTEGER,
        shape,
        stored,
        graph.reshaped(numbers, SymbolicShape.of(length), stored));
  }

  /**
   * The assignment to a slice, where the slice is the whole array: as many updates as entries, each
   * to another entry, as the operator demands.
   */
  private static Value overwritten(Node node, ImportedGraph graph) {
    SymbolicShape shape = node.input(0).shape();
    SymbolicShape indices = node.input(1).shape();
    Value updates = node.input(2);
    boolean all =
        indices.rank() == shape.rank() + 1
            && indices.get(shape.rank()).is(shape.rank())
            && updates.shape().equals(shape);
    if (!all) {
      throw new UnsupportedOperationException(
          "it overwrites a part "
              + updates.shape()
              + " of an array "
              + shape
              + ": export the model with attn_implementation=\"eager\" or a newer torch");
    }
    for (int axis = 0; axis < shape.rank(); axis++) {
      requireInOrder(coordinate(graph, node.input(1), axis), shape, axis);
    }
    return updates;
  }

  /** Exporters count from 0; where the positions are known at import that is checked. */
  private static void requireInOrder(Value positions, SymbolicShape shape, int axis) {
    if (!positions.isKnown() || !shape.isKnown()) {
      return;
    }
    long[] sizes = shape.known();
    int[] stored = Folding.index(positions.stored(), sizes);
    int stride = 1;
    for (int later = axis + 1; later < sizes.length; later++) {
      stride *= (int) sizes[later];
    }
    for (int i = 0; i < stored.length; i++) {
      if (!positions.contents().get(stored[i]).is(i / stride % sizes[axis])) {
        throw new UnsupportedOperationException("it overwrites entries out of their order");
      }
    }
  }

  /** The positions of a vector without zeros: how old exporters count. */
  private static Value positions(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    boolean counted =
        input.shape().rank() == 1
            && input.uniformConstant().filter(number -> number != 0).isPresent();
    if (!counted) {
      throw new UnsupportedOperationException(
          "its result has a shape that depends on the data: export the model with"
              + " attn_implementation=\"eager\"");
    }
    SymbolicNumber length = input.shape().get(0);
    SymbolicShape shape = SymbolicShape.of(SymbolicNumber.ONE, length);
    return positions(graph, shape, 1);
  }

  private static Value oneHot(Node node, ImportedGraph graph) {
    SymbolicNumber depth = node.numbers(1).get(0);
    Value indices = Selection.counted(graph, node.input(0), depth);
    List<SymbolicNumber> offAndOn = node.numbers(2);
    int rank = indices.shape().rank() + 1;
    int axis = SymbolicShape.SCALAR.padded(rank).axis(node.integer("axis", -1));
    SymbolicShape before = indices.shape().part(0, axis);
    SymbolicShape after = indices.shape().part(axis, rank - 1);
    Value rows =
        Shapes.reshaped(
            graph, indices, before.then(SymbolicShape.of(SymbolicNumber.ONE)).then(after));
    SymbolicShape shape = before.then(SymbolicShape.of(depth)).then(after);
    Value hot = Logic.equal(graph, rows, positions(graph, shape, axis));
    if (offAndOn.size() != 2 || !offAndOn.get(0).is(0) || !offAndOn.get(1).is(1)) {
      throw new UnsupportedOperationException("its values " + offAndOn + " are not 0 and 1");
    }
    return Functions.cast(graph, hot, node.input(2).type());
  }

  private static Value list(Node node, ImportedGraph graph) {
    Value input = node.input(0);
    int axis = node.axis("axis", 0);
    List<SymbolicNumber> sizes = node.numbers(1);
    if (node.input(1).shape().rank() == 0) {
      double size = sizes.get(0).known();
      double length = input.shape().get(axis).known();
      if (size < 1 || length / size > Value.MOST_CONTENTS) {
        throw new ArithmeticException("it cuts " + length + " entries into parts of " + size);
      }
      sizes = new ArrayList<>();
      for (double rest = length; rest > 0; rest -= size) {
        sizes.add(SymbolicNumber.of(Math.min(size, rest)));
      }
    }
    List<Value> parts = Selection.parts(graph, input, axis, sizes);
    return Value.uniform(input.type(), SymbolicShape.SCALAR, SymbolicNumber.ZERO)
        .from(node.operator(), parts);
  }

  private static Value entry(Node node) {
    Value list = node.input(0);
    long index = node.numbers(1).get(0).knownLong();
    if (!list.isFrom("SplitToSequence")) {
      throw new UnsupportedOperationException("its list does not come from SplitToSequence");
    }
    List<Value> parts = list.origin().inputs();
    long at = index < 0 ? index + parts.size() : index;
    if (at < 0 || at >= parts.size()) {
      throw new ArithmeticException("it asks for entry " + index + " of " + parts.size());
    }
    return parts.get((int) at);
  }
}
