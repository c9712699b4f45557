package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.finetune.Method;

class RoundsTest {
  private static final int BLOCKS = 8;

  private final Rounds rounds = new Rounds(2, 5, 3, 1);
  private final List<List<Integer>> schedule = rounds.schedule(BLOCKS, 2);

  @Test
  void anIntervalHasItsDrawOfDistinctBlocks() {
    assertThat(schedule).hasSize(3);
    assertThat(schedule)
        .allSatisfy(
            blocks -> {
              assertThat(blocks).hasSize(2).doesNotHaveDuplicates();
              assertThat(blocks).allMatch(block -> block >= 0 && block < BLOCKS);
            });
  }

  @Test
  void equalSeedsDrawEqually() {
    assertThat(new Rounds(2, 5, 3, 1).schedule(BLOCKS, 2)).isEqualTo(schedule);
    assertThat(new Rounds(2, 50, 3, 2).schedule(BLOCKS, 2))
        .isNotEqualTo(new Rounds(2, 50, 3, 1).schedule(BLOCKS, 2));
  }

  @Test
  void aSampledTurnHasTheBlocksOfItsInterval() {
    List<Turn> turns = turns(Method.OWLORE);

    assertThat(turns)
        .extracting(Turn::blocks)
        .containsExactly(
            schedule.get(0),
            schedule.get(0),
            schedule.get(0),
            schedule.get(1),
            schedule.get(1),
            schedule.get(1),
            schedule.get(2));
    assertThat(turns)
        .extracting(Turn::drawn)
        .containsExactly(true, false, false, true, false, false, true);
  }

  @Test
  void fullTurnsHaveAllBlocksAndNoDrawButTheStart() {
    assertThat(turns(Method.FULL))
        .allMatch(turn -> turn.blocks().size() == BLOCKS)
        .extracting(Turn::drawn)
        .containsExactly(true, false, false, false, false, false, false);
  }

  @Test
  void roundsCountOnceWarm() {
    assertThat(turns(Method.LISA))
        .extracting(Turn::measured)
        .containsExactly(false, false, true, true, true, true, true);
  }

  @ParameterizedTest
  @CsvSource({"-1,1,1", "0,0,1", "0,1,0"})
  void nonsenseIsRefused(int warmUp, int measured, int interval) {
    assertThatThrownBy(() -> new Rounds(warmUp, measured, interval, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("but they are %d, %d and %d.".formatted(warmUp, measured, interval));
  }

  @Test
  void aMethodNeedsAStepWithoutADraw() {
    assertThatThrownBy(() -> new Rounds(2, 5, 1, 0).requireOrdinaryStep(Method.LISA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Blocks would be drawn in every round of lisa that is measured, and such rounds do not count: ask for more rounds or a longer interval.");
    assertThatThrownBy(() -> new Rounds(0, 1, 4, 0).requireOrdinaryStep(Method.FULL))
        .isInstanceOf(IllegalArgumentException.class);
    new Rounds(1, 1, 4, 0).requireOrdinaryStep(Method.LISA);
    new Rounds(0, 2, 1, 0).requireOrdinaryStep(Method.FULL);
  }

  private List<Turn> turns(Method method) {
    return IntStream.range(0, rounds.total())
        .mapToObj(round -> rounds.turn(round, method, schedule, BLOCKS))
        .toList();
  }
}
