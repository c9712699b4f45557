package org.owlore.onnx.symbolic;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lombok.EqualsAndHashCode;

/**
 * A number that may depend on the batch size and the sequence length: a polynomial in both, such as
 * {@code 4 * batch * sequence + 1}.
 *
 * <p>Both sizes stand for any number from 1 up.
 */
@EqualsAndHashCode
public final class SymbolicNumber {
  /** The number of rows of a batch. */
  public static final SymbolicNumber BATCH = term(new Powers(1, 0), 1);

  /** The number of tokens of a row. */
  public static final SymbolicNumber SEQUENCE = term(new Powers(0, 1), 1);

  public static final SymbolicNumber ZERO = of(0);
  public static final SymbolicNumber ONE = of(1);

  private static final double SMALLEST_SIZE = 1;
  private static final int MOST_TERMS = 16;

  private final TreeMap<Powers, Double> terms;

  private SymbolicNumber(TreeMap<Powers, Double> terms) {
    if (terms.size() > MOST_TERMS) {
      throw new ArithmeticException("a size depends on batch and sequence in too many terms");
    }
    this.terms = terms;
  }

  /** A plain number. */
  public static SymbolicNumber of(double value) {
    return term(Powers.NONE, value);
  }

  private static SymbolicNumber term(Powers powers, double factor) {
    TreeMap<Powers, Double> terms = new TreeMap<>();
    if (factor != 0) {
      terms.put(powers, factor + 0.0);
    }
    return new SymbolicNumber(terms);
  }

  /** Whether it depends on neither size. */
  public boolean isKnown() {
    return terms.isEmpty() || terms.size() == 1 && terms.containsKey(Powers.NONE);
  }

  /** Whether it is that plain number. */
  public boolean is(double value) {
    return isKnown() && known() == value;
  }

  /**
   * The value of a plain number.
   *
   * @throws ArithmeticException when it depends on a size
   */
  public double known() {
    if (!isKnown()) {
      throw new ArithmeticException("the value " + this + " depends on the batch");
    }
    return terms.getOrDefault(Powers.NONE, 0.0);
  }

  /**
   * The value of a plain whole number.
   *
   * @throws ArithmeticException when it depends on a size or is no whole number; numbers beyond the
   *     range of long become its ends
   */
  public long knownLong() {
    double value = known();
    if (value != Math.rint(value)) {
      throw new ArithmeticException("the value " + value + " is no whole number");
    }
    return (long) value;
  }

  /** The value for given sizes. */
  public double at(double batch, double sequence) {
    return terms.entrySet().stream()
        .mapToDouble(term -> term.getValue() * term.getKey().at(batch, sequence))
        .sum();
  }

  /** Hands over each term: its factor, and how often batch and sequence enter it. */
  public void forEachTerm(TermVisitor visitor) {
    terms.forEach((powers, factor) -> visitor.visit(factor, powers.batch(), powers.sequence()));
  }

  /** Sees the terms of a number. */
  @FunctionalInterface
  public interface TermVisitor {
    /** One term: {@code factor * batch^batchPower * sequence^sequencePower}. */
    void visit(double factor, int batchPower, int sequencePower);
  }

  /** The sum. */
  public SymbolicNumber plus(SymbolicNumber other) {
    TreeMap<Powers, Double> sums = new TreeMap<>(terms);
    other.terms.forEach((powers, factor) -> add(sums, powers, factor));
    return new SymbolicNumber(sums);
  }

  /** The difference. */
  public SymbolicNumber minus(SymbolicNumber other) {
    return plus(other.times(of(-1)));
  }

  /** The product. */
  public SymbolicNumber times(SymbolicNumber other) {
    TreeMap<Powers, Double> sums = new TreeMap<>();
    terms.forEach(
        (left, leftFactor) ->
            other.terms.forEach(
                (right, rightFactor) -> add(sums, left.plus(right), leftFactor * rightFactor)));
    return new SymbolicNumber(sums);
  }

  private static void add(TreeMap<Powers, Double> sums, Powers powers, double factor) {
    double sum = sums.getOrDefault(powers, 0.0) + factor;
    if (sum == 0) {
      sums.remove(powers);
    } else {
      sums.put(powers, sum);
    }
  }

  /** The quotient, when it is a number of this kind. */
  public Optional<SymbolicNumber> dividedBy(SymbolicNumber divisor) {
    if (equals(divisor) && !terms.isEmpty()) {
      return Optional.of(ONE);
    }
    if (divisor.terms.size() != 1) {
      return Optional.empty();
    }
    Map.Entry<Powers, Double> single = divisor.terms.firstEntry();
    if (!terms.keySet().stream().allMatch(powers -> powers.covers(single.getKey()))) {
      return Optional.empty();
    }
    TreeMap<Powers, Double> quotients = new TreeMap<>();
    terms.forEach(
        (powers, factor) ->
            quotients.put(powers.minus(single.getKey()), factor / single.getValue()));
    return Optional.of(new SymbolicNumber(quotients));
  }

  /** Whether all factors are whole numbers. */
  public boolean isWhole() {
    return terms.values().stream().allMatch(factor -> factor == Math.rint(factor));
  }

  /**
   * Sign of the difference to another number, when it is the same for all sizes.
   *
   * @return -1, 0, 1, or nothing
   */
  public OptionalInt comparedTo(SymbolicNumber other) {
    SymbolicNumber difference = minus(other);
    if (difference.isKnown()) {
      return OptionalInt.of((int) Math.signum(difference.known()));
    }
    OptionalDouble least = difference.least();
    if (least.isPresent() && least.getAsDouble() > 0) {
      return OptionalInt.of(1);
    }
    OptionalDouble greatest = difference.times(of(-1)).least();
    return greatest.isPresent() && greatest.getAsDouble() > 0
        ? OptionalInt.of(-1)
        : OptionalInt.empty();
  }

  /** The value at the smallest sizes, when it only grows with them. */
  private OptionalDouble least() {
    boolean grows =
        terms.entrySet().stream()
            .allMatch(term -> term.getKey().equals(Powers.NONE) || term.getValue() > 0);
    return grows ? OptionalDouble.of(at(SMALLEST_SIZE, SMALLEST_SIZE)) : OptionalDouble.empty();
  }

  @Override
  public String toString() {
    return terms.isEmpty()
        ? "0"
        : terms.descendingMap().entrySet().stream()
            .map(term -> text(term.getKey(), term.getValue()))
            .collect(Collectors.joining(" + "));
  }

  private static String text(Powers powers, double factor) {
    String number =
        factor == Math.rint(factor) && Math.abs(factor) < 1e15
            ? Long.toString((long) factor)
            : Double.toString(factor);
    String sizes = " batch".repeat(powers.batch()) + " sequence".repeat(powers.sequence());
    if (sizes.isEmpty()) {
      return number;
    }
    return factor == 1 ? sizes.trim().replace(" ", " * ") : number + sizes.replace(" ", " * ");
  }
}
