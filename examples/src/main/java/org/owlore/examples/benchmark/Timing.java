package org.owlore.examples.benchmark;

/**
 * How long a step took, in milliseconds.
 *
 * @param total the whole step
 * @param update the optimizer's share of it; NaN where that is not known
 * @param outside the share spent outside the plan, in drawing layers, making the batch and, at
 *     times, compiling; NaN where that is not known
 */
public record Timing(double total, double update, double outside) {

  /** A step of which nothing but its length is known. */
  public static Timing of(double total) {
    return new Timing(total, Double.NaN, Double.NaN);
  }
}
