package org.owlore.dl4j.schedule;

import java.util.Arrays;
import java.util.List;
import lombok.NonNull;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;

/**
 * How many iterations each block has missed so far: a function of the schedule, so that a restarted
 * run knows it without being told.
 */
public final class TrainedSteps {
  private final LayerSchedule schedule;
  private final SamplingInterval interval;
  private final int[] missed;
  private long counted;

  /**
   * Nothing is missed so far.
   *
   * @param blocks number of blocks
   * @param first iteration of the network in which sampling began; all before it trained every
   *     block
   */
  public TrainedSteps(
      @NonNull LayerSchedule schedule, @NonNull SamplingInterval interval, int blocks, long first) {
    this.schedule = schedule;
    this.interval = interval;
    this.missed = new int[blocks];
    this.counted = first;
  }

  /**
   * The iterations that each block has missed before an iteration.
   *
   * @param iteration of the network; at least that of the last call
   * @return one number a block
   * @throws IllegalStateException if the iteration lies before that of the last call
   */
  public int[] missedBefore(long iteration) {
    if (iteration < counted) {
      throw new IllegalStateException(
          "The iteration count of the network went back from %d to %d while it was sampled: build a new sampler for it."
              .formatted(counted, iteration));
    }
    while (counted < iteration) {
      long end = Math.min(iteration, (interval.of(counted) + 1) * interval.steps());
      count(schedule.layers(interval.of(counted)), Math.toIntExact(end - counted));
      counted = end;
    }
    return Arrays.copyOf(missed, missed.length);
  }

  private void count(List<Integer> active, int iterations) {
    for (int block = 0; block < missed.length; block++) {
      missed[block] += active.contains(block) ? 0 : iterations;
    }
  }
}
