package org.owlore.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is known about the arrays of a graph while it is lowered. */
@RequiredArgsConstructor
final class LoweringScope {
  private final Set<String> needed;
  private final Map<String, ArrayType> types = new HashMap<>();
  private final Map<String, INDArray> constants = new HashMap<>();
  private final Map<String, INDArray> computed = new HashMap<>();
  private final Map<List<Object>, Node> emitted = new HashMap<>();
  private int made;

  boolean isNeeded(String name) {
    return needed.contains(name);
  }

  ArrayType type(String name) {
    ArrayType type = types.get(name);
    if (type == null) {
      throw new IllegalStateException("Array \"" + name + "\" is read before it is made.");
    }
    return type;
  }

  void declare(String name, ArrayType type) {
    types.put(name, type);
  }

  INDArray constant(String name) {
    return constants.get(name);
  }

  /** A constant of the graph. */
  void define(String name, INDArray value) {
    constants.put(name, value);
    types.put(name, ArrayType.of(value));
  }

  /** A constant that the lowering computed. */
  void defineComputed(String name, INDArray value) {
    define(name, value);
    computed.put(name, value);
  }

  /** Takes note of an operation that the plan contains. */
  void emitted(Node node) {
    emitted.putIfAbsent(List.of(node.operation().name(), node.inputs()), node);
  }

  /** An operation that the plan contains already, by its native name and inputs. */
  Optional<Node> resultOf(String operation, List<String> inputs) {
    return Optional.ofNullable(emitted.get(List.of(operation, inputs)));
  }

  /** A name that no array carries yet. */
  String fresh(String like) {
    return like + "#" + made++;
  }

  /** Whether an array of that name has been made or declared. */
  boolean isMade(String name) {
    return types.containsKey(name);
  }

  /** The name of a constant of ones. */
  String ones(ArrayType type) {
    return filled(type, 1);
  }

  /** The name of a constant that holds one number everywhere. */
  String filled(ArrayType type, double number) {
    return computed(
        "all " + number + " " + type.dataType() + type.shape(),
        () -> Nd4j.valueArrayOf(type.dimensions(), number, type.dataType()));
  }

  /** The name of a constant: the position of each row's first element in a flattened matrix. */
  String rowStarts(DataType type, long rows, long columns) {
    return computed(
        "row starts " + type + "[" + rows + ", " + columns + "]",
        () -> {
          long[] starts = LongStream.range(0, rows).map(row -> row * columns).toArray();
          return Nd4j.createFromArray(starts).castTo(type);
        });
  }

  private String computed(String name, Supplier<INDArray> value) {
    if (!constants.containsKey(name)) {
      defineComputed(name, value.get());
    }
    return name;
  }

  Map<String, ArrayType> types() {
    return types;
  }

  Map<String, INDArray> computed() {
    return computed;
  }
}
