package org.owlore.cuda.lowering.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lombok.RequiredArgsConstructor;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.Term;

/** Every so many-th element along each dimension, from some first one on. */
@RequiredArgsConstructor
final class Slice {
  private static final int MASKS = 5;

  private final List<Part> parts;

  /** What a part of a slice does to the dimensions. */
  private enum Kind {
    /** A dimension of the whole is one of the slice. */
    KEPT,
    /** A dimension of the whole is left out of the slice, which has one element along it. */
    DROPPED,
    /** A dimension of length 1 is in the slice only. */
    ADDED
  }

  /** One part: where it begins, its stride, and how long the slice is along it. */
  private record Part(Kind kind, long start, long stride, long extent) {}

  /**
   * Reads the arguments of {@code strided_slice}: five masks (from the start, ellipsis, to the end,
   * added, dropped), then where each part begins and ends, and its stride. A bit of a mask stands
   * for a part.
   */
  static Optional<Slice> strided(Meanings.Call call) {
    int count = (call.operation().integers().size() - MASKS) / 3;
    boolean whole = call.operation().integers().size() == MASKS + 3 * count;
    if (!whole || call.integer(1, 0) != 0) {
      return Optional.empty();
    }
    List<Long> shape = call.inputs().get(0).shape();
    List<Part> parts = new ArrayList<>();
    int axis = 0;
    for (int number = 0; number < count; number++) {
      if (isSet(call, 3, number)) {
        parts.add(new Part(Kind.ADDED, 0, 1, 1));
      } else if (axis < shape.size() && call.integer(MASKS + 2 * count + number, 1) > 0) {
        parts.add(part(call, number, count, shape.get(axis++)));
      } else {
        return Optional.empty();
      }
    }
    for (; axis < shape.size(); axis++) {
      parts.add(new Part(Kind.KEPT, 0, 1, shape.get(axis)));
    }
    return Optional.of(new Slice(parts));
  }

  private static Part part(Meanings.Call call, int number, int count, long extent) {
    long stride = call.integer(MASKS + 2 * count + number, 1);
    long given = bounded(call.integer(MASKS + number, 0), extent);
    long start = isSet(call, 0, number) ? 0 : given;
    if (isSet(call, 4, number)) {
      return new Part(Kind.DROPPED, start, 1, 1);
    }
    long last = bounded(call.integer(MASKS + count + number, 0), extent);
    long end = isSet(call, 2, number) ? extent : last;
    return new Part(Kind.KEPT, start, stride, Math.max(0, (end - start + stride - 1) / stride));
  }

  /**
   * Reads the arguments of {@code slice}: where each dimension begins and how long it is.
   *
   * @param extents how long the slice is along each dimension
   */
  static Optional<Slice> plain(Meanings.Call call, List<Long> extents) {
    List<Long> integers = call.operation().integers();
    if (integers.size() != 2 * extents.size()) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    for (int axis = 0; axis < extents.size(); axis++) {
      parts.add(new Part(Kind.KEPT, integers.get(axis), 1, extents.get(axis)));
    }
    return Optional.of(new Slice(parts));
  }

  private static boolean isSet(Meanings.Call call, int mask, int part) {
    return (call.integer(mask, 0) >> part & 1) != 0;
  }

  private static long bounded(long position, long extent) {
    return Math.min(extent, Math.max(0, position < 0 ? position + extent : position));
  }

  /** An element of the slice. */
  int forward(List<Index> at, Operands operands) {
    List<Index> source = new ArrayList<>();
    int next = 0;
    for (Part part : parts) {
      switch (part.kind) {
        case KEPT -> source.add(at.get(next++).times(part.stride).plus(part.start));
        case DROPPED -> source.add(Index.of(part.start));
        case ADDED -> next++;
      }
    }
    return operands.element(0, source);
  }

  /** An element of the gradient of the whole: that of the slice, or 0 outside. */
  int backward(List<Index> at, Operands operands) {
    KernelBuilder kernel = operands.kernel();
    List<Index> source = new ArrayList<>();
    int within = Term.NONE;
    int axis = 0;
    for (Part part : parts) {
      if (part.kind == Kind.ADDED) {
        source.add(Index.ZERO);
      } else {
        Index shifted = at.get(axis++).plus(-part.start);
        within = and(kernel, within, isWithin(kernel, shifted, part));
        if (part.kind == Kind.KEPT) {
          source.add(shifted.dividedBy(part.stride));
        }
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

  /** Whether the slice has a position, counted from its start; NONE where it always does. */
  private static int isWithin(KernelBuilder kernel, Index shifted, Part part) {
    Index along = shifted.dividedBy(part.stride);
    int within = Term.NONE;
    if (along.minimum() < 0 || along.maximum() >= part.extent) {
      within = kernel.inside(along, 0, part.extent);
    }
    return part.stride == 1
        ? within
        : and(kernel, within, kernel.inside(shifted.modulo(part.stride), 0, 1));
  }

  private static int and(KernelBuilder kernel, int truth, int other) {
    if (truth == Term.NONE || other == Term.NONE) {
      return truth == Term.NONE ? other : truth;
    }
    return kernel.apply(Function.AND, truth, other);
  }
}
