package org.owlore.examples.report;

import java.util.ArrayList;
import java.util.List;
import lombok.NonNull;

/**
 * Numbers over the steps of a run.
 *
 * @param name what they are
 * @param values one a step, finite, at least one
 */
public record Series(@NonNull String name, @NonNull List<Double> values) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public Series {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("There is nothing to draw: the run made no step.");
    }
  }

  /** The mean of each value and those before it, a twentieth of the series at most. */
  Series smoothed() {
    int window = Math.max(1, values.size() / 20);
    List<Double> averages = new ArrayList<>();
    double sum = 0;
    for (int step = 0; step < values.size(); step++) {
      sum += values.get(step) - (step < window ? 0 : values.get(step - window));
      averages.add(sum / Math.min(step + 1, window));
    }
    return new Series(name, averages);
  }
}
