package org.owlore.examples.benchmark.device;

import lombok.NonNull;

/**
 * A number that was measured, and what it has to be.
 *
 * @param what it is
 * @param value the number
 * @param unit of the number
 * @param least what it must not be below; minus infinity where there is no such bound
 * @param most what it must not be above; infinity where there is no such bound
 */
public record Finding(
    @NonNull String what, double value, @NonNull String unit, double least, double most) {

  /** A number that may be anything. */
  public static Finding of(String what, double value, String unit) {
    return new Finding(what, value, unit, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** A number with an upper bound. */
  public static Finding atMost(String what, double value, String unit, double most) {
    return new Finding(what, value, unit, Double.NEGATIVE_INFINITY, most);
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
