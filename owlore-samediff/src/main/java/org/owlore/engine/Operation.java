package org.owlore.engine;

import java.util.List;
import java.util.stream.LongStream;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a step computes, as plain data: nothing here is tied to the backend that runs it.
 *
 * @param kind which family of native operations the name belongs to
 * @param name ND4J's name of the operation, e.g. {@code matmul}
 * @param integers integer arguments, e.g. axes or transpose flags
 * @param reals floating-point arguments
 * @param booleans boolean arguments, e.g. keep-dimensions
 * @param types data-type arguments
 */
public record Operation(
    @NonNull Kind kind,
    @NonNull String name,
    @NonNull List<Long> integers,
    @NonNull List<Double> reals,
    @NonNull List<Boolean> booleans,
    @NonNull List<DataType> types) {

  /** The families of native operations. */
  public enum Kind {
    /** Any number of inputs and outputs; shapes are the operation's own business. */
    CUSTOM,
    /** One input, one output of the same shape. */
    TRANSFORM,
    /** One input, one output of the same shape, and a scalar in {@link Operation#reals}. */
    SCALAR,
    /** The output is the input's memory under another shape: nothing is computed. */
    VIEW
  }

  /** Copies the lists. */
  public Operation {
    integers = List.copyOf(integers);
    reals = List.copyOf(reals);
    booleans = List.copyOf(booleans);
    types = List.copyOf(types);
  }

  /** A native operation with integer arguments only. */
  public static Operation custom(String name, long... integers) {
    return new Operation(
        Kind.CUSTOM,
        name,
        LongStream.of(integers).boxed().toList(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A reduction over axes; over all of them when none is given. */
  public static Operation reduction(String name, boolean keepDimensions, long... axes) {
    return reduction(name, List.of(keepDimensions), axes);
  }

  /**
   * A reduction over axes that takes further flags.
   *
   * @param flags the boolean arguments, keep-dimensions first
   */
  static Operation reduction(String name, List<Boolean> flags, long... axes) {
    return new Operation(
        Kind.CUSTOM, name, LongStream.of(axes).boxed().toList(), List.of(), flags, List.of());
  }

  /** An elementwise operation of one input. */
  public static Operation transform(String name) {
    return new Operation(Kind.TRANSFORM, name, List.of(), List.of(), List.of(), List.of());
  }

  /** An elementwise operation with a scalar. */
  public static Operation scalar(String name, double value) {
    return new Operation(Kind.SCALAR, name, List.of(), List.of(value), List.of(), List.of());
  }

  /** The same memory under the output's shape. */
  public static Operation view() {
    return new Operation(Kind.VIEW, "view", List.of(), List.of(), List.of(), List.of());
  }

  /** Whether this is the native operation of that name. */
  public boolean is(String nativeName) {
    return name.equals(nativeName);
  }

  /** Whether it makes other values each time it runs. */
  boolean isRandom() {
    return name.contains("random") || name.contains("dropout");
  }
}
