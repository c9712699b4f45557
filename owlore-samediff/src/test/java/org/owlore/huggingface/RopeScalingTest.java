package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RopeScalingTest {
  private static final RopeScaling LLAMA3 = new RopeScaling.Llama3(8, 1, 4, 8192);

  @Test
  void unscaledFrequenciesFollowTheirFormula() {
    float[] frequencies = TinyModels.llama().headDimension(64).build().inverseFrequencies();

    assertThat(frequencies).hasSize(32);
    for (int i = 0; i < 32; i++) {
      double expected = Math.pow(10_000, -2.0 * i / 64);
      assertThat((double) frequencies[i]).isCloseTo(expected, within(expected * 2e-7));
    }
  }

  @Test
  void linearScalingDividesEveryFrequency() {
    assertThat(new RopeScaling.Linear(4).scale(0.5f)).isEqualTo(0.125f);
  }

  @Test
  void dynamicScalingLeavesLengthsUpToTheMaximumAlone() {
    assertThat(new RopeScaling.Dynamic(4).scale(0.5f)).isEqualTo(0.5f);
  }

  @Test
  void llama3KeepsHighFrequenciesAndDividesLowOnes() {
    assertThat(LLAMA3.scale(1f)).isEqualTo(1f);
    assertThat(LLAMA3.scale(1e-4f)).isEqualTo(1e-4f / 8);
  }

  @Test
  void llama3InterpolatesInBetween() {
    float frequency = (float) (2 * Math.PI * 2.5 / 8192); // half way between 1 and 4 turns

    double smooth = (2.5 - 1) / (4 - 1);
    double expected = frequency * ((1 - smooth) / 8 + smooth);
    assertThat((double) LLAMA3.scale(frequency)).isCloseTo(expected, within(expected * 1e-5));
  }

  @Test
  void llama3IsContinuousAtBothEnds() {
    for (double turns : new double[] {1, 4}) {
      float frequency = (float) (2 * Math.PI * turns / 8192);
      double below = LLAMA3.scale(frequency * 0.9999f);
      double above = LLAMA3.scale(frequency * 1.0001f);
      assertThat(above / below).isCloseTo(1, within(2e-3));
    }
  }
}
