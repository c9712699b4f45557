package org.owlore.examples.benchmark;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What a handful of numbers is like; all NaN where there are none.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param minimum the smallest
 * @param maximum the largest
 * @param mean their mean
 * @param count how many there are
 */
public record Spread(double median, double minimum, double maximum, double mean, int count) {

  /** Summarizes numbers. */
  public static Spread of(DoubleStream numbers) {
    double[] sorted = numbers.sorted().toArray();
    int count = sorted.length;
    if (count == 0) {
      return new Spread(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
    }
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    double mean = Arrays.stream(sorted).average().orElseThrow();
    return new Spread(median, sorted[0], sorted[count - 1], mean, count);
  }
}
