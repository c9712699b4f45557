package org.owlore.cuda.lowering.operations;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import lombok.NonNull;
import org.owlore.cuda.kernel.Function;
import org.owlore.engine.ArrayType;
import org.owlore.engine.Operation;

/** Finds what an operation means. */
public final class Meanings {
  private Meanings() {}

  /**
   * One operation with the types of its arrays.
   *
   * @param operation what is computed
   * @param inputs types of the arrays that it reads
   * @param outputs types of the arrays that it makes
   */
  public record Call(
      @NonNull Operation operation,
      @NonNull List<ArrayType> inputs,
      @NonNull List<ArrayType> outputs) {

    /** ND4J's name of the operation. */
    String name() {
      return operation.name();
    }

    /** An integer argument, or a default where it is left out. */
    long integer(int number, long otherwise) {
      List<Long> integers = operation.integers();
      return number < integers.size() ? integers.get(number) : otherwise;
    }

    /** A real argument, or a default where it is left out. */
    double real(int number, double otherwise) {
      List<Double> reals = operation.reals();
      return number < reals.size() ? reals.get(number) : otherwise;
    }

    /** The shape of the only or first output. */
    List<Long> shape() {
      return outputs.get(0).shape();
    }
  }

  /**
   * What an operation means.
   *
   * @throws UnsupportedOperationException when the device does not know it
   */
  public static Meaning of(@NonNull Call call) {
    return Stream.<java.util.function.Function<Call, Optional<Meaning>>>of(
            Meanings::structural, Rows::of, Movement::of, Arithmetic::of)
        .map(group -> group.apply(call))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "The CUDA device does not know operation \"%s\" with arguments %s: train this model with --device cpu."
                        .formatted(call.name(), arguments(call.operation()))));
  }

  private static String arguments(Operation operation) {
    return operation.integers() + ", " + operation.reals() + ", " + operation.booleans();
  }

  private static Optional<Meaning> structural(Call call) {
    return switch (call.name()) {
      case "matmul" -> Optional.of(product(call));
      case "scatter_add" -> Optional.of(new Meaning.Scatter(Function.ADD));
      case "scatter_sub" -> Optional.of(new Meaning.Scatter(Function.SUBTRACT));
      default -> Optional.empty();
    };
  }

  private static Meaning product(Call call) {
    if (call.integer(2, 0) != 0 || call.real(1, 0) != 0) {
      throw new UnsupportedOperationException(
          "The CUDA device multiplies matrices without a transposed or added result: train this model with --device cpu.");
    }
    return new Meaning.Product(call.integer(0, 0) != 0, call.integer(1, 0) != 0, call.real(0, 1));
  }
}
