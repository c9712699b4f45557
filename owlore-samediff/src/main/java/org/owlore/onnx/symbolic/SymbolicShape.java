package org.owlore.onnx.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import lombok.NonNull;

/**
 * A shape whose dimensions may depend on batch and sequence. The rank is always known.
 *
 * @param dimensions from the outermost
 */
public record SymbolicShape(@NonNull List<SymbolicNumber> dimensions) {
  /** The shape of a single number. */
  public static final SymbolicShape SCALAR = new SymbolicShape(List.of());

  private static final int HIGHEST_RANK = 16;

  /** Copies the list and refuses what no array can be. */
  public SymbolicShape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.size() > HIGHEST_RANK) {
      throw new ArithmeticException("a shape has " + dimensions.size() + " dimensions");
    }
    for (SymbolicNumber dimension : dimensions) {
      boolean possible =
          dimension.isWhole()
              && (!dimension.isKnown()
                  || dimension.known() >= 0 && dimension.known() <= Integer.MAX_VALUE);
      if (!possible) {
        throw new ArithmeticException("a shape has the dimension " + dimension);
      }
    }
  }

  /** A shape of plain numbers. */
  public static SymbolicShape of(long... dimensions) {
    return new SymbolicShape(LongStream.of(dimensions).mapToObj(SymbolicNumber::of).toList());
  }

  /** A shape of these dimensions. */
  public static SymbolicShape of(SymbolicNumber... dimensions) {
    return new SymbolicShape(List.of(dimensions));
  }

  public int rank() {
    return dimensions.size();
  }

  public SymbolicNumber get(int axis) {
    return dimensions.get(axis);
  }

  /** Whether no dimension depends on batch or sequence. */
  public boolean isKnown() {
    return dimensions.stream().allMatch(SymbolicNumber::isKnown);
  }

  /**
   * The dimensions as plain numbers.
   *
   * @throws ArithmeticException when one depends on batch or sequence
   */
  public long[] known() {
    return dimensions.stream().mapToLong(SymbolicNumber::knownLong).toArray();
  }

  /** The product of all dimensions. */
  public SymbolicNumber size() {
    return dimensions.stream().reduce(SymbolicNumber.ONE, SymbolicNumber::times);
  }

  /** Whether it holds no element. */
  public boolean isEmpty() {
    return dimensions.stream().anyMatch(dimension -> dimension.is(0));
  }

  /**
   * An axis counted from the front.
   *
   * @param axis may count from the back, from -1
   * @throws ArithmeticException when there is no such axis
   */
  public int axis(long axis) {
    if (axis < -rank() || axis >= rank()) {
      throw new ArithmeticException("there is no axis " + axis + " in the shape " + this);
    }
    return (int) (axis < 0 ? axis + rank() : axis);
  }

  /** The dimensions from one axis up to, but without, another. */
  public SymbolicShape part(int from, int to) {
    return new SymbolicShape(dimensions.subList(from, to));
  }

  /** This shape followed by another. */
  public SymbolicShape then(SymbolicShape other) {
    List<SymbolicNumber> joined = new ArrayList<>(dimensions);
    joined.addAll(other.dimensions);
    return new SymbolicShape(joined);
  }

  /** The same shape with one dimension replaced. */
  public SymbolicShape with(int axis, SymbolicNumber dimension) {
    List<SymbolicNumber> changed = new ArrayList<>(dimensions);
    changed.set(axis, dimension);
    return new SymbolicShape(changed);
  }

  /** The same shape with dimensions of 1 in front, up to a rank. */
  public SymbolicShape padded(int rank) {
    List<SymbolicNumber> padded = new ArrayList<>();
    for (int i = rank(); i < rank; i++) {
      padded.add(SymbolicNumber.ONE);
    }
    padded.addAll(dimensions);
    return new SymbolicShape(padded);
  }

  /** The dimensions in another order. */
  public SymbolicShape permuted(int... order) {
    return new SymbolicShape(IntStream.of(order).mapToObj(dimensions::get).toList());
  }

  /**
   * The common shape of two arrays in an elementwise operation.
   *
   * @throws ArithmeticException when they do not go together
   */
  public SymbolicShape broadcast(SymbolicShape other) {
    int rank = Math.max(rank(), other.rank());
    SymbolicShape left = padded(rank);
    SymbolicShape right = other.padded(rank);
    List<SymbolicNumber> common = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      common.add(common(left.get(axis), right.get(axis), other));
    }
    return new SymbolicShape(common);
  }

  private SymbolicNumber common(SymbolicNumber left, SymbolicNumber right, SymbolicShape other) {
    if (left.equals(right) || right.is(1)) {
      return left;
    }
    if (left.is(1)) {
      return right;
    }
    throw new ArithmeticException("the shapes " + this + " and " + other + " do not go together");
  }

  @Override
  public String toString() {
    return dimensions.stream()
        .map(SymbolicNumber::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
