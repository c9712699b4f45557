package org.owlore.sampling;

import java.util.List;
import java.util.stream.IntStream;
import lombok.EqualsAndHashCode;
import lombok.NonNull;
import lombok.ToString;

/** Layers written down by the user, interval by interval, instead of drawn. */
@EqualsAndHashCode
@ToString
public final class FixedSchedule implements LayerSchedule {
  private final List<List<Integer>> intervals;

  /**
   * Creates a schedule.
   *
   * @param intervals entry i holds the layers of interval i, in any order; an entry may be empty
   * @param layers number of layers of the model
   * @throws IllegalArgumentException if there is no entry, or if an entry names a layer that the
   *     model does not have or names one twice
   */
  public FixedSchedule(@NonNull List<List<Integer>> intervals, int layers) {
    if (intervals.isEmpty()) {
      throw new IllegalArgumentException(
          "The layer schedule is empty: give the layers of at least one interval.");
    }
    this.intervals =
        IntStream.range(0, intervals.size())
            .mapToObj(i -> checked(i, intervals.get(i), layers))
            .toList();
  }

  private static List<Integer> checked(int interval, List<Integer> entry, int layers) {
    for (Integer layer : entry) {
      if (layer == null || layer < 0 || layer >= layers) {
        throw new IllegalArgumentException(
            "Entry "
                + interval
                + " of the layer schedule names layer "
                + layer
                + ", but the model has layers 0 to "
                + (layers - 1)
                + ".");
      }
    }
    List<Integer> sorted = entry.stream().sorted().distinct().toList();
    if (sorted.size() < entry.size()) {
      throw new IllegalArgumentException(
          "Entry " + interval + " of the layer schedule names a layer twice: " + entry + ".");
    }
    return sorted;
  }

  /** Number of intervals that the schedule covers. */
  public int intervals() {
    return intervals.size();
  }

  @Override
  public List<Integer> layers(long interval) {
    if (interval < 0 || interval >= intervals.size()) {
      throw new IllegalArgumentException(
          "The layer schedule covers intervals 0 to "
              + (intervals.size() - 1)
              + " but interval "
              + interval
              + " is asked for: add entries to the schedule, train fewer steps or lengthen the interval.");
    }
    return intervals.get((int) interval);
  }
}
