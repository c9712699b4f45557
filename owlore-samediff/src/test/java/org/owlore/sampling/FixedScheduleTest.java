package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FixedScheduleTest {
  private static final FixedSchedule TWO_INTERVALS =
      new FixedSchedule(List.of(List.of(3, 0), List.of()), 4);

  @Test
  void givesEachIntervalItsEntryInAscendingOrder() {
    assertThat(TWO_INTERVALS.layers(0)).containsExactly(0, 3);
  }

  @Test
  void anEntryMayBeEmpty() {
    assertThat(TWO_INTERVALS.layers(1)).isEmpty();
  }

  @Test
  void knowsHowManyIntervalsItCovers() {
    assertThat(TWO_INTERVALS.intervals()).isEqualTo(2);
  }

  @Test
  void laterChangesOfTheListsDoNotReachTheSchedule() {
    List<Integer> entry = new ArrayList<>(List.of(1));
    FixedSchedule schedule = new FixedSchedule(List.of(entry), 2);

    entry.set(0, 0);

    assertThat(schedule.layers(0)).containsExactly(1);
  }

  @Test
  void refusesIntervalsPastItsEndAndNamesThem() {
    assertThatThrownBy(() -> TWO_INTERVALS.layers(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The layer schedule covers intervals 0 to 1 but interval 2 is asked for:"
                + " add entries to the schedule, train fewer steps or lengthen the interval.");
  }

  @Test
  void refusesNegativeIntervals() {
    assertThatThrownBy(() -> TWO_INTERVALS.layers(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval -1 is asked for");
  }

  @Test
  void refusesAnEmptySchedule() {
    assertThatThrownBy(() -> new FixedSchedule(List.of(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The layer schedule is empty: give the layers of at least one interval.");
  }

  @Test
  void refusesLayersThatTheModelDoesNotHave() {
    assertThatThrownBy(() -> new FixedSchedule(List.of(List.of(0), List.of(1, 4)), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Entry 1 of the layer schedule names layer 4, but the model has layers 0 to 3.");
  }

  @Test
  void refusesNegativeLayers() {
    assertThatThrownBy(() -> new FixedSchedule(List.of(List.of(-1)), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Entry 0 of the layer schedule names layer -1, but the model has layers 0 to 3.");
  }

  @Test
  void refusesALayerNamedTwice() {
    assertThatThrownBy(() -> new FixedSchedule(List.of(List.of(2, 1, 2)), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Entry 0 of the layer schedule names a layer twice: [2, 1, 2].");
  }
}
