package org.owlore.cuda.lowering.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.Term;
import org.owlore.engine.ArrayType;

/** Every so many-th element along each dimension, from some first one on. */
@RequiredArgsConstructor
final class Slice {
  private static final int MASKS = 5;

  private final List<Long> starts;
  private final List<Long> strides;

  /** Whether a dimension is left out of the slice, which has one element along it. */
  private final List<Boolean> dropped;

  /** How long the slice is along each dimension of the whole. */
  private final List<Long> extents;

  /**
   * Reads the arguments of {@code strided_slice}: five masks, then where each dimension begins and
   * ends, and its stride. A bit of a mask stands for a dimension.
   */
  static Optional<Slice> strided(Meanings.Call call) {
    ArrayType whole = call.inputs().get(0);
    int rank = whole.rank();
    boolean plain = call.integer(1, 0) == 0 && call.integer(3, 0) == 0;
    if (!plain || call.operation().integers().size() != MASKS + 3 * rank) {
      return Optional.empty();
    }
    List<Long> starts = new ArrayList<>();
    List<Long> strides = new ArrayList<>();
    List<Long> extents = new ArrayList<>();
    List<Boolean> dropped = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      long extent = whole.shape().get(axis);
      long stride = call.integer(MASKS + 2 * rank + axis, 1);
      if (stride < 1) {
        return Optional.empty();
      }
      boolean fromStart = isSet(call, 0, axis);
      boolean toEnd = isSet(call, 2, axis);
      boolean single = isSet(call, 4, axis);
      long start = fromStart ? 0 : bounded(call.integer(MASKS + axis, 0), extent);
      long end = toEnd ? extent : bounded(call.integer(MASKS + rank + axis, 0), extent);
      starts.add(start);
      strides.add(stride);
      extents.add(single ? 1 : Math.max(0, (end - start + stride - 1) / stride));
      dropped.add(single);
    }
    return Optional.of(new Slice(starts, strides, dropped, extents));
  }

  /** Reads the arguments of {@code slice}: where each dimension begins and how long it is. */
  static Optional<Slice> plain(Meanings.Call call) {
    ArrayType whole = call.inputs().get(0);
    int rank = whole.rank();
    if (call.operation().integers().size() != 2 * rank) {
      return Optional.empty();
    }
    List<Long> starts = call.operation().integers().subList(0, rank);
    List<Long> ones = starts.stream().map(start -> 1L).toList();
    List<Boolean> kept = starts.stream().map(start -> false).toList();
    return Optional.of(new Slice(starts, ones, kept, call.shape()));
  }

  private static boolean isSet(Meanings.Call call, int mask, int axis) {
    return (call.integer(mask, 0) >> axis & 1) != 0;
  }

  private static long bounded(long position, long extent) {
    return Math.min(extent, Math.max(0, position < 0 ? position + extent : position));
  }

  /** An element of the slice. */
  int forward(List<Index> at, Operands operands) {
    List<Index> source = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < starts.size(); axis++) {
      Index along = dropped.get(axis) ? Index.ZERO : at.get(next++);
      source.add(along.times(strides.get(axis)).plus(starts.get(axis)));
    }
    return operands.element(0, source);
  }

  /** An element of the gradient of the whole: that of the slice, or 0 outside. */
  int backward(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    List<Index> source = new ArrayList<>();
    int within = Term.NONE;
    for (int axis = 0; axis < starts.size(); axis++) {
      Index shifted = at.get(axis).plus(-starts.get(axis));
      long stride = strides.get(axis);
      Index along = shifted.dividedBy(stride);
      if (along.minimum() < 0 || along.maximum() >= extents.get(axis)) {
        within = and(kernel, within, kernel.inside(along, 0, extents.get(axis)));
      }
      if (stride > 1) {
        within = and(kernel, within, kernel.inside(shifted.modulo(stride), 0, 1));
      }
      if (!dropped.get(axis)) {
        source.add(along);
      }
    }
    if (within == Term.NONE) {
      return operands.element(1, source);
    }
    int before = kernel.enterGuard(within);
    int upstream = operands.element(1, source);
    kernel.leaveGuard(before);
    return kernel.apply(Function.SELECT, within, upstream, kernel.real(0));
  }

  private static int and(KernelBuilder kernel, int truth, int other) {
    return truth == Term.NONE ? other : kernel.apply(Function.AND, truth, other);
  }
}
