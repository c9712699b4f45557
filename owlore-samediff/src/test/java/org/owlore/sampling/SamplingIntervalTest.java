package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplingIntervalTest {
  private static final SamplingInterval THREE_STEPS = new SamplingInterval(3);

  @Test
  void countsIntervalsFromStepZero() {
    assertThat(LongStream.range(0, 7).map(THREE_STEPS::of))
        .containsExactly(0L, 0L, 0L, 1L, 1L, 1L, 2L);
  }

  @Test
  void startsAtStepZeroAndEveryIntervalAfterIt() {
    assertThat(LongStream.range(0, 8).filter(THREE_STEPS::startsAt)).containsExactly(0L, 3L, 6L);
  }

  @Test
  void refusesALengthBelowOne() {
    assertThatThrownBy(() -> new SamplingInterval(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The sampling interval is 0 steps: it must be at least 1.");
  }

  @Test
  void refusesNegativeSteps() {
    assertThatThrownBy(() -> THREE_STEPS.of(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of a step is -1: it must not be negative.");
  }
}
