package org.owlore.examples.report;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A range of values with round numbers as ticks.
 *
 * @param from lower end, a multiple of {@code tick}
 * @param to upper end, a multiple of {@code tick}, above {@code from}
 * @param tick distance between two ticks: 1, 2 or 5 times a power of ten
 */
record Axis(double from, double to, double tick) {
  private static final int TICKS = 6;

  /** The shortest such range that holds two values. */
  static Axis around(double lowest, double highest) {
    double range = Math.max(highest - lowest, 1e-6 * Math.max(1, Math.abs(highest)));
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double tick =
        DoubleStream.of(1, 2, 5, 10).filter(m -> m * power >= rough).findFirst().orElse(10);
    double step = tick * power;
    double from = Math.floor(lowest / step) * step;
    double to = Math.ceil(highest / step) * step;
    return new Axis(from, to > from ? to : from + step, step);
  }

  /** Where a value lies, from 0 to 1. */
  double position(double value) {
    return (value - from) / (to - from);
  }

  DoubleStream ticks() {
    long count = Math.round((to - from) / tick);
    return DoubleStream.iterate(0, i -> i <= count, i -> i + 1).map(i -> from + i * tick);
  }

  /** A tick in as few digits as its neighbours need. */
  String label(double value) {
    int digits = (int) Math.max(0, Math.ceil(-Math.log10(tick) - 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", value + 0.0);
  }
}
