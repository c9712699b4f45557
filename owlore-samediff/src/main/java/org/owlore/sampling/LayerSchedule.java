package org.owlore.sampling;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which layers train in which interval.
 *
 * <p>An answer depends on nothing but the schedule and the interval, so that a resumed run goes on
 * with the same layers.
 */
@FunctionalInterface
public interface LayerSchedule {

  /**
   * The layers that train in one interval.
   *
   * @param interval number of the interval, from 0
   * @return layer numbers in ascending order, each once; may be empty
   * @throws IllegalArgumentException if the interval is negative or beyond a schedule's end
   */
  List<Integer> layers(long interval);

  /**
   * All layers in every interval, for methods that do not sample.
   *
   * @param layers number of layers
   */
  static LayerSchedule everyLayer(int layers) {
    List<Integer> all = IntStream.range(0, layers).boxed().toList();
    return interval -> all;
  }
}
