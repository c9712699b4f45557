package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.sampling.LayerDistribution;

class MethodTest {
  private static final LayerDistribution SCORED = LayerDistribution.proportionalTo(1, 2, 3);

  @ParameterizedTest
  @EnumSource
  void isFoundByItsLabel(Method method) {
    assertThat(Method.of(method.label())).isEqualTo(method);
    assertThat(Method.labels()).contains(method.label());
  }

  @Test
  void anUnknownLabelIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Method.of("lora"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unknown method \"lora\"; known are [full, galore, lisa, lisa-d, owlore-full-rank, owlore].");
  }

  @Test
  void samplesAsItsPaperSays() {
    assertThat(Method.LISA.distribution(3, SCORED)).isEqualTo(LayerDistribution.uniform(3));
    assertThat(Method.LISA_D.distribution(3, SCORED)).isEqualTo(LayerDistribution.decreasing(3));
    assertThat(Method.OWLORE.distribution(3, SCORED)).isEqualTo(SCORED);
  }

  @Test
  void whatDoesNotSampleHasNoDistribution() {
    assertThatThrownBy(() -> Method.FULL.distribution(3, SCORED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Method full samples no layers.");
  }
}
