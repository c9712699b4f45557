package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lombok.RequiredArgsConstructor;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/**
 * The SameDiff graph under construction: gives values an array when an operation needs one, and
 * makes each operation once, however often the exporter repeated it.
 */
@RequiredArgsConstructor
public final class ImportedGraph {
  private final SameDiff graph;

  /** INT32 {@code [batch, sequence]}: where batch and sequence are read from when they are free. */
  private final SDVariable ids;

  private final Map<List<Object>, SDVariable> made = new HashMap<>();
  private double longestSequence = Double.POSITIVE_INFINITY;

  SameDiff graph() {
    return graph;
  }

  /**
   * An operation, unless the same one on the same arrays is there already.
   *
   * @param operation makes it
   * @param key its name, inputs and arguments
   */
  SDVariable once(Supplier<SDVariable> operation, Object... key) {
    List<Object> name =
        Stream.of(key)
            .map(part -> part instanceof SDVariable variable ? variable.name() : part)
            .toList();
    SDVariable existing = made.get(name);
    if (existing == null) {
      existing = operation.get();
      made.put(name, existing);
    }
    return existing;
  }

  /** Whether a value is the token ids as they come in, which are never negative. */
  boolean isIds(Value value) {
    return !value.isKnown() && stored(value) == ids;
  }

  /** The array of a value as it is held: it broadcasts to the value's shape. */
  SDVariable stored(Value value) {
    return value.array() != null ? value.array().get() : known(value);
  }

  /** The array of a value in full. */
  SDVariable full(Value value) {
    if (value.isFull()) {
      return stored(value);
    }
    SDVariable zeros = filled(value.type(), value.shape(), 0);
    if (value.isUniform(0)) {
      return zeros;
    }
    SDVariable stored = stored(value);
    return once(() -> zeros.add(stored), "expand", zeros, stored);
  }

  /** The array of a value as it is held, with as many dimensions as the value has. */
  SDVariable aligned(Value value) {
    return reshaped(stored(value), value.stored(), value.stored().padded(value.shape().rank()));
  }

  /** The same numbers under another shape. */
  SDVariable reshaped(SDVariable array, SymbolicShape from, SymbolicShape to) {
    if (from.equals(to)) {
      return array;
    }
    long unknown = to.dimensions().stream().filter(dimension -> !dimension.isKnown()).count();
    if (unknown > 1) {
      SDVariable shape = vector(to.dimensions());
      return once(() -> graph.reshape(array, shape), "reshape", array, shape);
    }
    long[] shape =
        to.dimensions().stream()
            .mapToLong(dimension -> dimension.isKnown() ? dimension.knownLong() : -1)
            .toArray();
    return once(() -> array.reshape(shape), "reshape", array, to);
  }

  /** One number everywhere. */
  SDVariable filled(ElementType type, SymbolicShape shape, double number) {
    SDVariable vector = vector(shape.dimensions());
    DataType dataType = type.dataType();
    return once(() -> graph.fill(vector, dataType, number), "fill", vector, dataType, number);
  }

  /** {@code 0, 1, .. length - 1} as FLOAT. */
  SDVariable positions(SymbolicNumber length) {
    SDVariable ones = filled(ElementType.FLOAT, SymbolicShape.of(length), 1);
    return once(() -> graph.cumsum(ones, true, false, 0), "positions", ones);
  }

  /** An array as numbers of another type; truth values are numbers already. */
  SDVariable cast(SDVariable array, ElementType type) {
    DataType dataType = type.dataType();
    return array.dataType() == dataType
        ? array
        : once(() -> array.castTo(dataType), "cast", array, dataType);
  }

  /** A vector of sizes, LONG. */
  SDVariable vector(List<SymbolicNumber> sizes) {
    if (sizes.stream().allMatch(SymbolicNumber::isKnown)) {
      long[] known = sizes.stream().mapToLong(SymbolicNumber::knownLong).toArray();
      return once(() -> graph.constant(Nd4j.createFromArray(known)), "sizes", sizes);
    }
    return once(() -> joined(sizes.stream().map(this::size).toList()), "sizes", sizes);
  }

  private SDVariable joined(List<SDVariable> parts) {
    return parts.size() == 1 ? parts.get(0) : graph.concat(0, parts.toArray(SDVariable[]::new));
  }

  /** One size as a vector of one entry, LONG. */
  private SDVariable size(SymbolicNumber size) {
    if (size.isKnown()) {
      return vector(List.of(size));
    }
    return once(
        () -> {
          List<SDVariable> addends = new ArrayList<>();
          size.forEachTerm((factor, batch, sequence) -> addends.add(term(factor, batch, sequence)));
          return addends.stream().reduce(SDVariable::add).orElseThrow();
        },
        "size",
        size);
  }

  private SDVariable term(double factor, int batch, int sequence) {
    if (factor != Math.rint(factor)) {
      throw new ArithmeticException("a size has the fraction " + factor);
    }
    List<SDVariable> factors = new ArrayList<>();
    if (factor != 1 || batch + sequence == 0) {
      factors.add(vector(List.of(SymbolicNumber.of(factor))));
    }
    for (int i = 0; i < batch; i++) {
      factors.add(idsDimension(0));
    }
    for (int i = 0; i < sequence; i++) {
      factors.add(idsDimension(1));
    }
    return factors.stream().reduce(SDVariable::mul).orElseThrow();
  }

  private SDVariable idsDimension(int axis) {
    SDVariable shape = once(() -> graph.shape(ids), "shape", ids);
    return once(
        () -> graph.stridedSlice(shape, new long[] {axis}, new long[] {axis + 1}, 1),
        "dimension",
        axis);
  }

  /** The numbers of a value that is known at import, as an array. */
  private SDVariable known(Value value) {
    List<SymbolicNumber> contents = value.contents();
    DataType dataType = value.type().dataType();
    if (contents.stream().allMatch(SymbolicNumber::isKnown)) {
      long[] shape = value.stored().known();
      return once(
          () -> graph.constant(constant(contents, shape, dataType)),
          "constant",
          contents,
          value.stored(),
          dataType);
    }
    SDVariable sizes = vector(contents);
    SDVariable numbers = once(() -> sizes.castTo(dataType), "cast", sizes, dataType);
    return reshaped(numbers, SymbolicShape.of(contents.size()), value.stored());
  }

  private static INDArray constant(List<SymbolicNumber> contents, long[] shape, DataType dataType) {
    double[] numbers = contents.stream().mapToDouble(Numbers::storable).toArray();
    return shape.length == 0
        ? Nd4j.scalar(dataType, numbers[0])
        : Nd4j.createFromArray(numbers).castTo(dataType).reshape('c', shape);
  }

  /**
   * Takes it that a number never exceeds another one: the sequence is as long at most as the table
   * that its positions are looked up in.
   */
  void assumeAtMost(SymbolicNumber number, SymbolicNumber limit) {
    if (number.equals(SymbolicNumber.SEQUENCE) && limit.isKnown()) {
      longestSequence = Math.min(longestSequence, limit.known());
    }
  }

  /** The longest sequence that the graph has tables for, or infinity. */
  double longestSequence() {
    return longestSequence;
  }

  /** Names what is added meanwhile after a part of the model. */
  NameScope scope(String name) {
    return graph.withNameScope(name);
  }
}
