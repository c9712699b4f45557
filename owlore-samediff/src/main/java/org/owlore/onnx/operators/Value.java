package org.owlore.onnx.operators;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/**
 * What is known of an array of the ONNX graph while it is imported.
 *
 * <p>An array may be held smaller than it is: {@code stored} broadcasts to {@code shape}, so that
 * masks and constants that the exporter expanded stay small until an operation needs them in full.
 *
 * @param type of its numbers
 * @param shape as the ONNX graph has it
 * @param stored shape of what is held: of {@code contents} or of {@code variable}
 * @param contents its numbers in C order, when they are few and known at import, else null
 * @param array gives the array in the SameDiff graph, and adds what makes it when it is needed for
 *     the first time; null while {@code contents} is all that is needed
 * @param origin the operation it came from; null for inputs and initializers
 */
record Value(
    @NonNull ElementType type,
    @NonNull SymbolicShape shape,
    @NonNull SymbolicShape stored,
    List<SymbolicNumber> contents,
    Supplier<SDVariable> array,
    Origin origin) {
  /** Up to this many numbers are computed at import. */
  static final int MOST_CONTENTS = 4096;

  /**
   * The operation that made a value, for those that read it to see through.
   *
   * @param operator ONNX name
   * @param inputs what it read
   */
  record Origin(@NonNull String operator, @NonNull List<Value> inputs) {}

  /** An array of the SameDiff graph. */
  static Value computed(ElementType type, SymbolicShape shape, SDVariable variable) {
    return new Value(type, shape, shape, null, () -> variable, null);
  }

  /** An array of the SameDiff graph that broadcasts to a shape. */
  static Value computed(
      ElementType type, SymbolicShape shape, SymbolicShape stored, SDVariable variable) {
    return new Value(type, shape, stored, null, () -> variable, null);
  }

  /** An array that is added to the SameDiff graph when an operation needs it. */
  static Value deferred(
      ElementType type, SymbolicShape shape, SymbolicShape stored, Supplier<SDVariable> array) {
    return new Value(type, shape, stored, null, array, null);
  }

  /** Numbers known at import. */
  static Value known(ElementType type, SymbolicShape shape, List<SymbolicNumber> contents) {
    return new Value(type, shape, shape, List.copyOf(contents), null, null);
  }

  /** One number everywhere. */
  static Value uniform(ElementType type, SymbolicShape shape, SymbolicNumber number) {
    return new Value(type, shape, SymbolicShape.SCALAR, List.of(number), null, null);
  }

  static Value scalar(ElementType type, SymbolicNumber number) {
    return uniform(type, SymbolicShape.SCALAR, number);
  }

  /** A vector of integers known at import. */
  static Value integers(List<SymbolicNumber> numbers) {
    return known(ElementType.INTEGER, SymbolicShape.of(numbers.size()), numbers);
  }

  Value from(String operator, List<Value> inputs) {
    return new Value(type, shape, stored, contents, array, new Origin(operator, inputs));
  }

  Value as(ElementType other) {
    return new Value(other, shape, stored, contents, array, origin);
  }

  boolean isKnown() {
    return contents != null;
  }

  /** Whether it is held in full rather than to be broadcast. */
  boolean isFull() {
    return stored.equals(shape);
  }

  /** All its numbers in C order, when they are known and not too many. */
  Optional<List<SymbolicNumber>> numbers() {
    if (contents == null || !shape.isKnown() || shape.size().known() > MOST_CONTENTS) {
      return Optional.empty();
    }
    if (isFull()) {
      return Optional.of(contents);
    }
    int[] index = Folding.index(stored, shape.known());
    return Optional.of(IntStream.of(index).mapToObj(contents::get).toList());
  }

  /** The number that is everywhere the same, if that is known. */
  Optional<SymbolicNumber> uniformNumber() {
    if (contents == null || contents.isEmpty()) {
      return Optional.empty();
    }
    SymbolicNumber first = contents.get(0);
    return contents.stream().allMatch(first::equals) ? Optional.of(first) : Optional.empty();
  }

  /** The plain number that is everywhere the same, if that is known. */
  Optional<Double> uniformConstant() {
    return uniformNumber().filter(SymbolicNumber::isKnown).map(SymbolicNumber::known);
  }

  boolean isUniform(double number) {
    return uniformConstant().filter(constant -> constant == number).isPresent();
  }

  /** Whether it came from that operator. */
  boolean isFrom(String operator) {
    return origin != null && origin.operator().equals(operator);
  }
}
