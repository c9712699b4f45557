package org.owlore.onnx.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.owlore.onnx.file.ElementType;
import org.owlore.onnx.symbolic.SymbolicNumber;
import org.owlore.onnx.symbolic.SymbolicShape;

/** Elementwise operations on numbers that are known at import. */
final class Folding {
  private Folding() {}

  /** The result, when both values are known and so is what the operation makes of them. */
  static Optional<Value> combine(
      ElementType type,
      SymbolicShape shape,
      Value left,
      Value right,
      BinaryOperator<SymbolicNumber> operation) {
    if (!left.isKnown() || !right.isKnown()) {
      return Optional.empty();
    }
    SymbolicShape stored = left.stored().broadcast(right.stored());
    if (!stored.isKnown() || stored.size().known() > Value.MOST_CONTENTS) {
      return Optional.empty();
    }
    long[] dimensions = stored.known();
    int[] leftIndex = index(left.stored(), dimensions);
    int[] rightIndex = index(right.stored(), dimensions);
    List<SymbolicNumber> contents = new ArrayList<>(leftIndex.length);
    try {
      for (int i = 0; i < leftIndex.length; i++) {
        contents.add(
            operation.apply(
                left.contents().get(leftIndex[i]), right.contents().get(rightIndex[i])));
      }
    } catch (ArithmeticException e) {
      return Optional.empty(); // depends on the sizes in a way that only the running graph knows
    }
    return Optional.of(new Value(type, shape, stored, List.copyOf(contents), null, null));
  }

  /** The result, when the value is known and so is what the operation makes of it. */
  static Optional<Value> transform(
      ElementType type, Value value, UnaryOperator<SymbolicNumber> operation) {
    if (!value.isKnown()) {
      return Optional.empty();
    }
    try {
      List<SymbolicNumber> contents = value.contents().stream().map(operation).toList();
      return Optional.of(
          new Value(type, value.shape(), value.stored(), contents, null, value.origin()));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** For each element of a shape, which element of a smaller one broadcasts to it. */
  static int[] index(SymbolicShape smaller, long[] shape) {
    long[] source = smaller.padded(shape.length).known();
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = source[axis] == 1 ? 0 : stride;
      stride *= (int) source[axis];
    }
    int total = 1;
    for (long dimension : shape) {
      total *= (int) dimension;
    }
    int[] index = new int[total];
    for (int i = 0; i < total; i++) {
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index[i] += rest % (int) shape[axis] * strides[axis];
        rest /= (int) shape[axis];
      }
    }
    return index;
  }
}
