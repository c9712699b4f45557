package org.owlore.graph.layers;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.owlore.graph.Orientation;

/**
 * A trainable matrix as an operation sees it: cast, transposed, reshaped.
 *
 * @param variable the matrix
 * @param shape the shape that is seen
 * @param axes for each axis that is seen, the axis of the variable that it is, or {@link #NONE}
 */
record WeightView(String variable, long[] shape, int[] axes) {
  private static final int NONE = -1;

  /** The variable itself. */
  static WeightView of(String variable, long[] shape) {
    return new WeightView(variable, shape, new int[] {0, 1});
  }

  /** The matrix with its axes in another order. */
  Optional<WeightView> permuted(long[] order) {
    boolean valid =
        order.length == axes.length
            && Arrays.equals(
                LongStream.of(order).sorted().toArray(),
                LongStream.range(0, axes.length).toArray());
    return valid
        ? Optional.of(
            new WeightView(
                variable,
                LongStream.of(order).map(axis -> shape[(int) axis]).toArray(),
                LongStream.of(order).mapToInt(axis -> axes[(int) axis]).toArray()))
        : Optional.empty();
  }

  /** The transpose of what is seen. */
  Optional<WeightView> reversed() {
    int last = axes.length - 1;
    return permuted(LongStream.rangeClosed(0, last).map(axis -> last - axis).toArray());
  }

  /**
   * The matrix in another shape, if only axes of length 1 come and go.
   *
   * @param target the new shape; one entry may be -1
   */
  Optional<WeightView> reshaped(long[] target) {
    long known = LongStream.of(target).filter(size -> size > 0).reduce(1, (a, b) -> a * b);
    long all = LongStream.of(shape).reduce(1, (a, b) -> a * b);
    long[] sizes = LongStream.of(target).map(size -> size == -1 ? all / known : size).toArray();
    List<Integer> before = longAxes(shape);
    List<Integer> after = longAxes(sizes);
    boolean same =
        before.size() == after.size()
            && IntStream.range(0, before.size())
                .allMatch(i -> shape[before.get(i)] == sizes[after.get(i)]);
    if (!same) {
      return Optional.empty();
    }
    int[] moved = new int[sizes.length];
    Arrays.fill(moved, NONE);
    IntStream.range(0, before.size()).forEach(i -> moved[after.get(i)] = axes[before.get(i)]);
    return Optional.of(new WeightView(variable, sizes, moved));
  }

  /** The matrix with an axis of length 1 more. */
  Optional<WeightView> expanded(long axis) {
    int at = (int) (axis < 0 ? axis + shape.length + 1 : axis);
    return reshaped(
        IntStream.rangeClosed(0, shape.length)
            .mapToLong(i -> i == at ? 1 : shape[i < at ? i : i - 1])
            .toArray());
  }

  /** The matrix without its axes of length 1. */
  Optional<WeightView> squeezed() {
    return reshaped(LongStream.of(shape).filter(size -> size != 1).toArray());
  }

  /**
   * How the variable is stored, if a product runs along an axis that is seen.
   *
   * @param fromBack the axis, counted from the back: 1 is the last
   */
  Optional<Orientation> orientation(int fromBack) {
    if (fromBack > axes.length || axes[axes.length - fromBack] == NONE) {
      return Optional.empty();
    }
    int inputAxis = axes[axes.length - fromBack];
    return Arrays.stream(Orientation.values())
        .filter(orientation -> orientation.inputAxis() == inputAxis)
        .findFirst();
  }

  private static List<Integer> longAxes(long[] shape) {
    return IntStream.range(0, shape.length).filter(i -> shape[i] != 1).boxed().toList();
  }
}
