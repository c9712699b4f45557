package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;

/** A run on a tiny model. */
class MemoryBenchmarkTest {
  private static final Workload WORKLOAD = new Workload(BenchmarkModel.TINY, 2, 8, 4, 1);

  @Test
  void memoryIsLookedAtEarlyAndLate() {
    List<Integer> done = new ArrayList<>();

    MemoryResult result =
        new MemoryBenchmark(
                WORKLOAD, Method.OWLORE, FrozenState.DROPPED, Checkpointing.BLOCK, 2, 1, 4)
            .run(Optional.empty(), done::add);

    assertThat(done).containsExactly(1, 2, 3, 4);
    assertThat(result.early().step()).isEqualTo(1);
    assertThat(result.late().step()).isEqualTo(4);
    assertThat(result.plan().total()).isPositive();
    assertThat(result.late().stated().workspace()).isGreaterThanOrEqualTo(result.plan().total());
    assertThat(result.late().arrays()).isGreaterThanOrEqualTo(result.late().stated().total());
  }

  @ParameterizedTest
  @CsvSource({"0,1,2,between two draws", "1,0,2,steps 0 and 2", "1,2,2,steps 2 and 2"})
  void nonsenseIsRefused(int interval, int early, int late, String words) {
    assertThatThrownBy(
            () ->
                new MemoryBenchmark(
                    WORKLOAD,
                    Method.FULL,
                    FrozenState.KEPT,
                    Checkpointing.NONE,
                    interval,
                    early,
                    late))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
