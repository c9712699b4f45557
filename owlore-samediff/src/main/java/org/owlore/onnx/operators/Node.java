package org.owlore.onnx.operators;

import java.util.List;
import java.util.Optional;
import lombok.RequiredArgsConstructor;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.owlore.onnx.symbolic.SymbolicNumber;

/** One operation of the ONNX graph with the values that it reads. */
@RequiredArgsConstructor
public final class Node {
  private final NodeProto proto;
  private final List<Value> inputs;
  private final int opset;

  String operator() {
    return proto.getOpType();
  }

  /** The version of the operators' meaning. */
  int opset() {
    return opset;
  }

  int outputs() {
    return proto.getOutputCount();
  }

  /** All inputs, those left out excepted. */
  List<Value> inputs() {
    return inputs.stream().filter(input -> input != null).toList();
  }

  /**
   * An input.
   *
   * @throws UnsupportedOperationException when the file leaves it out
   */
  Value input(int index) {
    return optional(index)
        .orElseThrow(() -> new UnsupportedOperationException("its input " + index + " is missing"));
  }

  Optional<Value> optional(int index) {
    return index < inputs.size() ? Optional.ofNullable(inputs.get(index)) : Optional.empty();
  }

  /**
   * The numbers of an input that describes a shape, a position or the like.
   *
   * @throws UnsupportedOperationException when they depend on the data
   */
  List<SymbolicNumber> numbers(int index) {
    return numbers(index, input(index));
  }

  private static List<SymbolicNumber> numbers(int index, Value value) {
    return value
        .numbers()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "its input " + index + " depends on the data, so shapes would as well"));
  }

  Optional<List<SymbolicNumber>> optionalNumbers(int index) {
    return optional(index).map(value -> numbers(index, value));
  }

  /** A list of plain integers that older operators have as attribute and newer ones as input. */
  Optional<long[]> integers(String attribute, int index) {
    Optional<long[]> given = integers(attribute);
    return given.isPresent()
        ? given
        : optionalNumbers(index)
            .map(list -> list.stream().mapToLong(SymbolicNumber::knownLong).toArray());
  }

  Optional<long[]> integers(String name) {
    return attribute(name)
        .map(found -> found.getIntsList().stream().mapToLong(Long::longValue).toArray());
  }

  long integer(String name, long otherwise) {
    return attribute(name).map(AttributeProto::getI).orElse(otherwise);
  }

  double real(String name, double otherwise) {
    return attribute(name).map(found -> (double) found.getF()).orElse(otherwise);
  }

  String text(String name, String otherwise) {
    return attribute(name).map(found -> found.getS().toStringUtf8()).orElse(otherwise);
  }

  Optional<AttributeProto> attribute(String name) {
    return proto.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst();
  }

  /** An axis attribute, counted from the front of the first input. */
  int axis(String name, long otherwise) {
    return input(0).shape().axis(integer(name, otherwise));
  }
}
