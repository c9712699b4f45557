package org.owlore.cuda.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lombok.NonNull;

/**
 * A position as a whole-numbered expression of a kernel's dimensions: an offset plus multiples of
 * atoms. Never negative for what a kernel reads or writes; may be negative where a guard excludes
 * it.
 *
 * @param offset the constant part
 * @param parts the multiples, each atom once, in the order of their text
 */
public record Index(long offset, @NonNull List<Part> parts) {

  /** Zero. */
  public static final Index ZERO = new Index(0, List.of());

  /** Copies the list. */
  public Index {
    parts = List.copyOf(parts);
  }

  /**
   * A multiple of an atom.
   *
   * @param factor not 0
   * @param atom what is multiplied
   */
  public record Part(long factor, @NonNull Atom atom) {}

  /** What cannot be taken apart further. */
  public sealed interface Atom {
    /** The smallest value. */
    long minimum();

    /** The largest value. */
    long maximum();
  }

  /**
   * The position along a dimension of the kernel's space.
   *
   * @param number which dimension, from 0
   * @param extent its length; the position goes from 0 to one less
   */
  public record Dimension(int number, long extent) implements Atom {
    @Override
    public long minimum() {
      return 0;
    }

    @Override
    public long maximum() {
      return extent - 1;
    }

    @Override
    public String toString() {
      return "d" + number;
    }
  }

  /**
   * A quotient, rounded down.
   *
   * @param index what is divided
   * @param divisor at least 2
   */
  public record Quotient(@NonNull Index index, long divisor) implements Atom {
    @Override
    public long minimum() {
      return Math.floorDiv(index.minimum(), divisor);
    }

    @Override
    public long maximum() {
      return Math.floorDiv(index.maximum(), divisor);
    }

    @Override
    public String toString() {
      return "(" + index + ") / " + divisor;
    }
  }

  /**
   * The remainder of a {@link Quotient}, never negative.
   *
   * @param index what is divided
   * @param divisor at least 2
   */
  public record Remainder(@NonNull Index index, long divisor) implements Atom {
    @Override
    public long minimum() {
      return 0;
    }

    @Override
    public long maximum() {
      return divisor - 1;
    }

    @Override
    public String toString() {
      return "(" + index + ") % " + divisor;
    }
  }

  /** A number. */
  public static Index of(long number) {
    return new Index(number, List.of());
  }

  /** The position along a dimension; zero along a dimension of length 1. */
  public static Index dimension(int number, long extent) {
    return extent == 1 ? ZERO : new Index(0, List.of(new Part(1, new Dimension(number, extent))));
  }

  /** The sum. */
  public Index plus(@NonNull Index other) {
    Map<String, Part> sum = new TreeMap<>();
    parts.forEach(part -> sum.put(part.atom.toString(), part));
    for (Part part : other.parts) {
      sum.merge(part.atom.toString(), part, (a, b) -> new Part(a.factor + b.factor, b.atom));
    }
    return new Index(
        offset + other.offset, sum.values().stream().filter(part -> part.factor != 0).toList());
  }

  /** The sum with a number. */
  public Index plus(long number) {
    return new Index(offset + number, parts);
  }

  /** The product with a number. */
  public Index times(long factor) {
    return factor == 0
        ? ZERO
        : new Index(
            offset * factor,
            parts.stream().map(part -> new Part(part.factor * factor, part.atom)).toList());
  }

  /** The quotient by a positive number, rounded down. */
  public Index dividedBy(long divisor) {
    if (divisor == 1) {
      return this;
    }
    Index rest = rest(divisor);
    Index whole = multiples(divisor);
    if (rest.minimum() >= 0 && rest.maximum() < divisor) {
      return whole;
    }
    return whole.plus(new Index(0, List.of(new Part(1, new Quotient(rest, divisor)))));
  }

  /** The remainder of {@link #dividedBy}, from 0 on. */
  public Index modulo(long divisor) {
    if (divisor == 1) {
      return ZERO;
    }
    Index rest = rest(divisor);
    if (rest.minimum() >= 0 && rest.maximum() < divisor) {
      return rest;
    }
    return new Index(0, List.of(new Part(1, new Remainder(rest, divisor))));
  }

  /** The smallest value that it can have. */
  public long minimum() {
    return offset
        + parts.stream()
            .mapToLong(p -> p.factor * (p.factor > 0 ? p.atom.minimum() : p.atom.maximum()))
            .sum();
  }

  /** The largest value that it can have. */
  public long maximum() {
    return offset
        + parts.stream()
            .mapToLong(p -> p.factor * (p.factor > 0 ? p.atom.maximum() : p.atom.minimum()))
            .sum();
  }

  /** Whether it depends on a dimension from the given one on. */
  public boolean dependsOnDimensionsFrom(int first) {
    return parts.stream().anyMatch(part -> depends(part.atom, first));
  }

  /**
   * Its value at a point.
   *
   * @param position the position along each dimension
   */
  public long at(@NonNull long... position) {
    long value = offset;
    for (Part part : parts) {
      value += part.factor * at(part.atom, position);
    }
    return value;
  }

  @Override
  public String toString() {
    String text =
        parts.stream()
            .map(p -> p.factor == 1 ? p.atom.toString() : p.factor + " * " + wrapped(p.atom))
            .collect(Collectors.joining(" + "));
    if (parts.isEmpty()) {
      return Long.toString(offset);
    }
    return offset == 0 ? text : text + " + " + offset;
  }

  private static String wrapped(Atom atom) {
    return atom instanceof Dimension ? atom.toString() : "(" + atom + ")";
  }

  private static long at(Atom atom, long... position) {
    if (atom instanceof Dimension dimension) {
      return position[dimension.number];
    }
    if (atom instanceof Quotient quotient) {
      return Math.floorDiv(quotient.index.at(position), quotient.divisor);
    }
    Remainder remainder = (Remainder) atom;
    return Math.floorMod(remainder.index.at(position), remainder.divisor);
  }

  private static boolean depends(Atom atom, int first) {
    if (atom instanceof Dimension dimension) {
      return dimension.number >= first;
    }
    Index inner = atom instanceof Quotient quotient ? quotient.index : ((Remainder) atom).index;
    return inner.dependsOnDimensionsFrom(first);
  }

  /** The part that is no multiple of a divisor for every value of its atoms. */
  private Index rest(long divisor) {
    return new Index(
        Math.floorMod(offset, divisor),
        parts.stream().filter(part -> part.factor % divisor != 0).toList());
  }

  /** What is left beside {@link #rest}, divided. */
  private Index multiples(long divisor) {
    return new Index(
        Math.floorDiv(offset, divisor),
        parts.stream()
            .filter(part -> part.factor % divisor == 0)
            .map(part -> new Part(part.factor / divisor, part.atom))
            .toList());
  }
}
