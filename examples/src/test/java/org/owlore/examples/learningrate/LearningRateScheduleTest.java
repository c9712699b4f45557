package org.owlore.examples.learningrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class LearningRateScheduleTest {

  @Test
  void theWarmUpRisesInAStraightLineAndReachesThePeak() {
    ISchedule schedule = new LearningRateSchedule(8, Decay.CONSTANT, 4, 10);

    assertThat(schedule.valueAt(0, 0)).isEqualTo(2);
    assertThat(schedule.valueAt(1, 0)).isEqualTo(4);
    assertThat(schedule.valueAt(3, 0)).isEqualTo(8);
    assertThat(schedule.valueAt(9, 3)).isEqualTo(8);
  }

  @Test
  void aLineFallsFromThePeakTowardsZero() {
    ISchedule schedule = new LearningRateSchedule(1, Decay.LINEAR, 0, 4);

    assertThat(schedule.valueAt(0, 0)).isEqualTo(1);
    assertThat(schedule.valueAt(1, 0)).isEqualTo(0.75);
    assertThat(schedule.valueAt(3, 0)).isEqualTo(0.25);
    assertThat(schedule.valueAt(4, 0)).isZero();
    assertThat(schedule.valueAt(5, 0)).isZero();
  }

  @Test
  void aCosineIsHalfWayDownInTheMiddle() {
    ISchedule schedule = new LearningRateSchedule(2, Decay.COSINE, 2, 10);

    assertThat(schedule.valueAt(2, 0)).isEqualTo(2);
    assertThat(schedule.valueAt(6, 0)).isEqualTo(1, within(1e-12));
    assertThat(schedule.valueAt(9, 0)).isBetween(0.0, 0.1);
  }

  @Property(tries = 200)
  void noStepOfARunGetsZeroOrMoreThanThePeak(
      @ForAll Decay decay,
      @ForAll @IntRange(min = 1, max = 500) int steps,
      @ForAll @IntRange(max = 100) int warmUp) {
    ISchedule schedule = new LearningRateSchedule(3e-4, decay, Math.min(warmUp, steps - 1), steps);

    for (int step = 0; step < steps; step++) {
      assertThat(schedule.valueAt(step, 0)).isPositive().isLessThanOrEqualTo(3e-4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aScheduleSurvivesJson(Decay decay) throws IOException {
    ISchedule schedule = new LearningRateSchedule(0.1, decay, 3, 7);
    ObjectMapper json = new ObjectMapper();

    ISchedule read = json.readValue(json.writeValueAsString(schedule), ISchedule.class);

    assertThat(read).isEqualTo(schedule);
    assertThat(read.clone()).isEqualTo(schedule);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new LearningRateSchedule(0, Decay.LINEAR, 0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The learning rate is 0.0; it must be above 0.");
    assertThatThrownBy(() -> new LearningRateSchedule(Double.NaN, Decay.LINEAR, 0, 5))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LearningRateSchedule(1, Decay.LINEAR, 5, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The warm-up takes 5 steps of a run of 5; it must be at least 0 and shorter than the"
                + " run.");
    assertThatThrownBy(() -> new LearningRateSchedule(1, Decay.LINEAR, -1, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
