package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.examples.benchmark.SubspaceBenchmark.Result;
import org.owlore.examples.benchmark.SubspaceBenchmark.Size;

class SubspaceBenchmarkTest {

  @Test
  void everySizeIsMeasured() {
    List<Result> results =
        SubspaceBenchmark.run(List.of(new Size(200, 300), new Size(300, 200)), 16, 1);

    assertThat(results).extracting(Result::rows).containsExactly(200, 300);
    assertThat(results)
        .allSatisfy(
            result -> {
              assertThat(result.rank()).isEqualTo(16);
              assertThat(result.overlap()).isBetween(0.99, 1.0001);
              assertThat(result.timeRatio())
                  .isCloseTo(result.exactSeconds() / result.randomizedSeconds(), offset(1e-9));
            });
  }
}
