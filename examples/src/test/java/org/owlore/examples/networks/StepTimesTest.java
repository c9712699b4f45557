package org.owlore.examples.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StepTimesTest {

  @Test
  void everyRoundIsAPairOfSteps() {
    for (MeasuredNetwork network : MeasuredNetworks.tiny()) {
      StepTimes times = StepTimes.measure(network, 1, 3);

      assertThat(times.full().count()).isEqualTo(3);
      assertThat(times.sampled().minimum()).isPositive();
      assertThat(times.ratio().count()).isEqualTo(3);
    }
  }

  @Test
  void noRoundsAreRefused() {
    assertThatThrownBy(() -> StepTimes.measure(MeasuredNetworks.tiny().get(0), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are 0 rounds; give at least 1.");
  }
}
