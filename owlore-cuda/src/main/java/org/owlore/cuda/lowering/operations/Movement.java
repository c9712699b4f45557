package org.owlore.cuda.lowering.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.engine.ArrayType;

/** Operations that put elements elsewhere, and their gradients. */
final class Movement {
  private Movement() {}

  static Optional<Meaning> of(Meanings.Call call) {
    return switch (call.name()) {
      case "permute" -> permute(call);
      case "transpose" -> Optional.of(permutation(reversed(call.inputs().get(0).rank())));
      case "strided_slice" -> Slice.strided(call).map(slice -> pointwise(slice::forward));
      case "strided_slice_bp" -> Slice.strided(call).map(slice -> pointwise(slice::backward));
      case "slice" -> Slice.plain(call, call.shape()).map(slice -> pointwise(slice::forward));
      case "slice_bp" ->
          Slice.plain(call, call.inputs().get(1).shape()).map(slice -> pointwise(slice::backward));
      case "concat" -> concatenation(call);
      case "concat_bp" -> concatenationGradient(call);
      case "stack" -> stack(call);
      case "tile" -> Optional.of(pointwise((at, operands) -> tiled(at, operands)));
      case "gather" -> gather(call);
      case "reduce_sum_bp" -> Optional.of(spread(call, 1));
      case "reduce_mean_bp" -> Optional.of(spread(call, 1.0 / ratio(call)));
      case "broadcast_to" ->
          Optional.of(
              pointwise((at, operands) -> operands.element(0, Broadcast.of(at, operands.type(0)))));
      case "zeroslike", "zeros_as" -> Optional.of(constant(call, 0));
      case "ones_as", "oneslike" -> Optional.of(constant(call, 1));
      default -> Optional.empty();
    };
  }

  static Meaning pointwise(Formula formula) {
    return new Meaning.Pointwise(List.of(formula));
  }

  private static Optional<Meaning> permute(Meanings.Call call) {
    int rank = call.inputs().get(0).rank();
    List<Long> order = call.operation().integers();
    if (order.size() != rank) {
      return order.isEmpty() && call.inputs().size() == 1
          ? Optional.of(permutation(reversed(rank)))
          : Optional.empty();
    }
    return Optional.of(
        permutation(order.stream().map(axis -> Math.floorMod(axis.intValue(), rank)).toList()));
  }

  private static List<Integer> reversed(int rank) {
    return IntStream.range(0, rank).mapToObj(axis -> rank - 1 - axis).toList();
  }

  private static Meaning permutation(List<Integer> order) {
    return pointwise(
        (at, operands) -> {
          Index[] source = new Index[order.size()];
          for (int axis = 0; axis < source.length; axis++) {
            source[order.get(axis)] = at.get(axis);
          }
          return operands.element(0, List.of(source));
        });
  }

  private static int tiled(List<Index> at, Operands operands) {
    List<Long> shape = operands.type(0).shape();
    List<Index> source = new ArrayList<>();
    int added = at.size() - shape.size();
    for (int axis = 0; axis < shape.size(); axis++) {
      source.add(at.get(axis + added).modulo(shape.get(axis)));
    }
    return operands.element(0, source);
  }

  private static Optional<Meaning> concatenation(Meanings.Call call) {
    int axis = (int) Math.floorMod(call.integer(0, 0), (long) call.inputs().get(0).rank());
    return Optional.of(
        pointwise(
            (at, operands) -> {
              int value = part(0, 0, axis, at, operands);
              long start = operands.type(0).shape().get(axis);
              for (int input = 1; input < call.inputs().size(); input++) {
                KernelBuilder kernel = operands.kernel();
                int before = kernel.inside(at.get(axis), 0, start);
                int next = part(input, start, axis, at, operands);
                value = kernel.apply(Function.SELECT, before, value, next);
                start += operands.type(input).shape().get(axis);
              }
              return value;
            }));
  }

  /** An element of one part of a concatenation; nothing is read where it belongs to another. */
  private static int part(int input, long start, int axis, List<Index> at, Operands operands) {
    long extent = operands.type(input).shape().get(axis);
    List<Index> source = new ArrayList<>(at);
    source.set(axis, at.get(axis).plus(-start));
    return guarded(source.get(axis), extent, operands, input, source);
  }

  /** An element of an input where one of its coordinates is within bounds. */
  private static int guarded(
      Index coordinate, long extent, Operands operands, int input, List<Index> source) {
    KernelBuilder kernel = operands.kernel();
    if (coordinate.minimum() >= 0 && coordinate.maximum() < extent) {
      return operands.element(input, source);
    }
    int before = kernel.enterGuard(kernel.inside(coordinate, 0, extent));
    int value = operands.element(input, source);
    kernel.leaveGuard(before);
    return value;
  }

  /** The upstream gradient is the last input. */
  private static Optional<Meaning> concatenationGradient(Meanings.Call call) {
    int upstream = call.inputs().size() - 1;
    int axis = (int) Math.floorMod(call.integer(0, 0), (long) call.inputs().get(0).rank());
    List<Formula> formulas = new ArrayList<>();
    long start = 0;
    for (int output = 0; output < call.outputs().size(); output++) {
      long from = start;
      formulas.add(
          (at, operands) -> {
            List<Index> source = new ArrayList<>(at);
            source.set(axis, at.get(axis).plus(from));
            return operands.element(upstream, source);
          });
      start += call.inputs().get(output).shape().get(axis);
    }
    return Optional.of(new Meaning.Pointwise(formulas));
  }

  private static Optional<Meaning> stack(Meanings.Call call) {
    int axis = (int) Math.floorMod(call.integer(0, 0), (long) call.inputs().get(0).rank() + 1);
    return Optional.of(
        pointwise(
            (at, operands) -> {
              KernelBuilder kernel = operands.kernel();
              List<Index> source = new ArrayList<>(at);
              source.remove(axis);
              int value = operands.element(0, source);
              for (int input = 1; input < call.inputs().size(); input++) {
                int before = kernel.inside(at.get(axis), 0, input);
                value =
                    kernel.apply(Function.SELECT, before, value, operands.element(input, source));
              }
              return value;
            }));
  }

  private static Optional<Meaning> gather(Meanings.Call call) {
    if (call.inputs().size() != 2) {
      return Optional.empty();
    }
    int axis = (int) Math.floorMod(call.integer(0, 0), (long) call.inputs().get(0).rank());
    int indexRank = call.inputs().get(1).rank();
    return Optional.of(
        pointwise(
            (at, operands) -> {
              int row = operands.element(1, at.subList(axis, axis + indexRank));
              List<Index> source = new ArrayList<>(at.subList(0, axis));
              source.add(Index.ZERO);
              source.addAll(at.subList(axis + indexRank, at.size()));
              return operands.elementOfRow(0, source, axis, row);
            }));
  }

  /** The gradient of a sum over axes: the upstream gradient, repeated along them. */
  private static Meaning spread(Meanings.Call call, double factor) {
    List<Integer> axes = Rows.axes(call);
    ArrayType input = call.inputs().get(0);
    boolean kept = call.inputs().get(1).rank() == input.rank();
    return pointwise(
        (at, operands) -> {
          List<Index> source = new ArrayList<>();
          for (int axis = 0; axis < at.size(); axis++) {
            if (!axes.contains(axis)) {
              source.add(at.get(axis));
            } else if (kept) {
              source.add(Index.ZERO);
            }
          }
          int upstream = operands.element(1, source);
          KernelBuilder kernel = operands.kernel();
          return factor == 1
              ? upstream
              : kernel.apply(Function.MULTIPLY, upstream, kernel.real(factor));
        });
  }

  private static double ratio(Meanings.Call call) {
    return (double) call.inputs().get(0).length() / call.inputs().get(1).length();
  }

  private static Meaning constant(Meanings.Call call, double value) {
    boolean real = call.outputs().get(0).dataType().isFPType();
    return pointwise(
        (at, operands) ->
            real ? operands.kernel().real(value) : operands.kernel().integer((long) value));
  }
}
