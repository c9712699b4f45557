package org.owlore.examples.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateBytesTest {

  static List<MeasuredNetwork> networks() {
    return MeasuredNetworks.tiny();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void adamHoldsTwoNumbersForEachParameter(MeasuredNetwork network) {
    StateBytes adam = StateBytes.measure(network).get(0);

    assertThat(adam.measured()).isEqualTo(adam.expected()).isEqualTo(8 * adam.parameters());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void galoreHoldsWhatTheFormulaSaysAndACounterForEachParameter(MeasuredNetwork network) {
    StateBytes galore = StateBytes.measure(network, 2).get(1);

    assertThat(galore.measured() - galore.expected()).isBetween(4L, 4 * 40L);
  }
}
