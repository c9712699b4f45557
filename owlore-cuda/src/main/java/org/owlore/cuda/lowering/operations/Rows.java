package org.owlore.cuda.lowering.operations;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.Reduction;
import org.owlore.engine.ArrayType;

/** Reductions, and what is made of reductions. */
final class Rows {
  private Rows() {}

  static Optional<Meaning> of(Meanings.Call call) {
    return switch (call.name()) {
      case "reduce_sum" -> reduction(call, Reduction.SUM);
      case "reduce_max" -> reduction(call, Reduction.MAXIMUM);
      case "reduce_min" -> reduction(call, Reduction.MINIMUM);
      case "reduce_prod" -> reduction(call, Reduction.PRODUCT);
      case "reduce_mean" -> mean(call);
      case "argmax" -> position(call);
      case "softmax" -> Optional.of(new Meaning.Rowwise(lastOr(call), true, Rows::softmax));
      case "log_softmax" ->
          Optional.of(new Meaning.Rowwise(lastOr(call), true, Rows::logarithmOfSoftmax));
      case "softmax_bp" ->
          Optional.of(new Meaning.Rowwise(lastOr(call), true, Rows::softmaxGradient));
      default -> Optional.empty();
    };
  }

  /** The sum of each row of a matrix, times a factor. */
  static Meaning sums(double factor) {
    return new Meaning.Rowwise(
        List.of(1),
        false,
        (coordinates, operands) -> {
          KernelBuilder kernel = operands.kernel();
          int sum = kernel.reduce(Reduction.SUM, operands.element(0, coordinates));
          return kernel.apply(Function.MULTIPLY, sum, kernel.real(factor));
        });
  }

  private static Optional<Meaning> reduction(Meanings.Call call, Reduction reduction) {
    if (!isReal(call) || call.inputs().size() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Meaning.Rowwise(
            axes(call),
            false,
            (coordinates, operands) ->
                operands.kernel().reduce(reduction, operands.element(0, coordinates))));
  }

  private static Optional<Meaning> mean(Meanings.Call call) {
    if (!isReal(call) || call.inputs().size() != 1) {
      return Optional.empty();
    }
    List<Integer> axes = axes(call);
    double share = 1.0 / count(call.inputs().get(0), axes);
    return Optional.of(
        new Meaning.Rowwise(
            axes,
            false,
            (coordinates, operands) -> {
              KernelBuilder kernel = operands.kernel();
              int sum = kernel.reduce(Reduction.SUM, operands.element(0, coordinates));
              return kernel.apply(Function.MULTIPLY, sum, kernel.real(share));
            }));
  }

  private static Optional<Meaning> position(Meanings.Call call) {
    List<Integer> axes = axes(call);
    if (!isReal(call) || axes.size() != 1) {
      return Optional.empty();
    }
    return Optional.of(
        new Meaning.Rowwise(
            axes,
            false,
            (coordinates, operands) ->
                operands
                    .kernel()
                    .reduce(Reduction.INDEX_OF_MAXIMUM, operands.element(0, coordinates))));
  }

  private static int softmax(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    int power = kernel.apply(Function.EXPONENTIAL, centred(at, operands));
    return kernel.apply(Function.DIVIDE, power, kernel.reduce(Reduction.SUM, power));
  }

  private static int logarithmOfSoftmax(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    int centred = centred(at, operands);
    int sum = kernel.reduce(Reduction.SUM, kernel.apply(Function.EXPONENTIAL, centred));
    return kernel.apply(Function.SUBTRACT, centred, kernel.apply(Function.LOGARITHM, sum));
  }

  private static int centred(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    int input = operands.element(0, at);
    return kernel.apply(Function.SUBTRACT, input, kernel.reduce(Reduction.MAXIMUM, input));
  }

  private static int softmaxGradient(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    int probability = softmax(at, operands);
    int upstream = operands.element(1, at);
    int sum = kernel.reduce(Reduction.SUM, kernel.apply(Function.MULTIPLY, probability, upstream));
    int centred = kernel.apply(Function.SUBTRACT, upstream, sum);
    return kernel.apply(Function.MULTIPLY, probability, centred);
  }

  private static boolean isReal(Meanings.Call call) {
    return call.inputs().get(0).dataType().isFPType();
  }

  /** The axes of a reduction, ascending; all when none is given. */
  static List<Integer> axes(Meanings.Call call) {
    int rank = call.inputs().get(0).rank();
    List<Long> given = call.operation().integers();
    return given.isEmpty()
        ? IntStream.range(0, rank).boxed().toList()
        : given.stream().map(axis -> Math.floorMod(axis.intValue(), rank)).sorted().toList();
  }

  private static List<Integer> lastOr(Meanings.Call call) {
    int rank = call.inputs().get(0).rank();
    return List.of((int) Math.floorMod(call.integer(0, -1), (long) rank));
  }

  private static long count(ArrayType type, List<Integer> axes) {
    return axes.stream().mapToLong(type.shape()::get).reduce(1, Math::multiplyExact);
  }
}
