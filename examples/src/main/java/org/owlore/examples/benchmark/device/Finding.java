package org.owlore.examples.benchmark.device;

import java.util.Objects;
import lombok.NonNull;

/**
 * A number that was measured, and what it has to be.
 *
 * @param what it is
 * @param value the number; 1 for yes and 0 for no where the unit is {@link #ANSWER}
 * @param unit of the number
 * @param least what it must not be below; minus infinity where there is no such bound
 * @param most what it must not be above; infinity where there is no such bound
 * @param remark what else there is to say; empty where there is nothing
 */
public record Finding(
    @NonNull String what,
    double value,
    @NonNull String unit,
    double least,
    double most,
    @NonNull String remark) {
  /** The unit of yes and no. */
  static final String ANSWER = "yes/no";

  /** Without a remark. */
  public Finding(String what, double value, String unit, double least, double most) {
    this(what, value, unit, least, most, "");
  }

  /** A number that may be anything. */
  public static Finding of(String what, double value, String unit) {
    return new Finding(what, value, unit, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** A number with an upper bound. */
  public static Finding atMost(String what, double value, String unit, double most) {
    return new Finding(what, value, unit, Double.NEGATIVE_INFINITY, most);
  }

  /** What has to be so. */
  public static Finding answer(String what, boolean yes) {
    return new Finding(what, yes ? 1 : 0, ANSWER, 1, Double.POSITIVE_INFINITY);
  }

  /** The same with a remark. */
  public Finding with(String said) {
    return new Finding(what, value, unit, least, most, said);
  }

  /** The same with what a failure says. */
  public Finding because(@NonNull RuntimeException failure) {
    return with(Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
  }

  /** Whether this is a yes or a no. */
  public boolean isAnswer() {
    return unit.equals(ANSWER);
  }

  /** Whether there is a bound at all. */
  public boolean bounded() {
    return least > Double.NEGATIVE_INFINITY || most < Double.POSITIVE_INFINITY;
  }

  /** Whether the number is within its bounds; what is no number never is. */
  public boolean holds() {
    return value >= least && value <= most;
  }
}
