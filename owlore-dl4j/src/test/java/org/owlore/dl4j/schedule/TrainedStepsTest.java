package org.owlore.dl4j.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.owlore.sampling.LayerSchedule;
import org.owlore.sampling.SamplingInterval;

class TrainedStepsTest {
  private static final int BLOCKS = 4;

  @Property(tries = 200)
  void isWhatCountingIterationByIterationGives(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int interval,
      @ForAll @IntRange(max = 30) int first,
      @ForAll @IntRange(max = 60) int iterations) {
    LayerSchedule schedule = number -> draw(seed, number);
    SamplingInterval length = new SamplingInterval(interval);
    int[] naive = new int[BLOCKS];
    for (int iteration = first; iteration < first + iterations; iteration++) {
      List<Integer> active = schedule.layers(iteration / interval);
      for (int block = 0; block < BLOCKS; block++) {
        naive[block] += active.contains(block) ? 0 : 1;
      }
    }
    assertThat(new TrainedSteps(schedule, length, BLOCKS, first).missedBefore(first + iterations))
        .isEqualTo(naive);
  }

  @Property(tries = 100)
  void doesNotDependOnHowOftenItIsAsked(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int interval,
      @ForAll @IntRange(max = 30) int first) {
    LayerSchedule schedule = number -> draw(seed, number);
    SamplingInterval length = new SamplingInterval(interval);
    TrainedSteps often = new TrainedSteps(schedule, length, BLOCKS, first);
    Random random = new Random(seed);
    for (int iteration = first; iteration < first + 60; iteration += random.nextInt(7)) {
      assertThat(often.missedBefore(iteration))
          .isEqualTo(new TrainedSteps(schedule, length, BLOCKS, first).missedBefore(iteration));
    }
  }

  @Test
  void nothingIsMissedBeforeSamplingBegan() {
    TrainedSteps steps =
        new TrainedSteps(interval -> List.of(), new SamplingInterval(5), BLOCKS, 13);
    assertThat(steps.missedBefore(13)).containsOnly(0);
  }

  @Test
  void samplingThatBeginsInTheMiddleOfAnIntervalCountsItsRest() {
    TrainedSteps steps =
        new TrainedSteps(interval -> List.of((int) interval), new SamplingInterval(5), BLOCKS, 3);
    assertThat(steps.missedBefore(7)).containsExactly(2, 2, 4, 4);
  }

  @Test
  void anIntervalWithoutEndIsCounted() {
    TrainedSteps steps =
        new TrainedSteps(interval -> List.of(1), new SamplingInterval(Long.MAX_VALUE), BLOCKS, 0);
    assertThat(steps.missedBefore(1000)).containsExactly(1000, 0, 1000, 1000);
  }

  @Test
  void whatIsReturnedMayBeChanged() {
    TrainedSteps steps =
        new TrainedSteps(interval -> List.of(), new SamplingInterval(5), BLOCKS, 0);
    steps.missedBefore(5)[0] = 99;
    assertThat(steps.missedBefore(5)).containsOnly(5);
  }

  private static List<Integer> draw(long seed, long interval) {
    Random random = new Random(seed * 31 + interval);
    List<Integer> active = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      if (random.nextBoolean()) {
        active.add(block);
      }
    }
    return active;
  }
}
