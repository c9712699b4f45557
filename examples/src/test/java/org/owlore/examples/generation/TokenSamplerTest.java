package org.owlore.examples.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final float[] LOGITS = {0, (float) Math.log(3), -100, (float) Math.log(6)};

  @Test
  void withoutTemperatureTheLikeliestTokenIsTaken() {
    assertThat(new TokenSampler(0, 3).choose(LOGITS)).isEqualTo(3);
  }

  @Test
  void withTemperatureTokensAreDrawnInProportion() {
    assertThat(frequencies(1)).containsExactly(new double[] {0.1, 0.3, 0, 0.6}, within(0.01));
    double sum = 1 + Math.sqrt(3) + Math.sqrt(6);
    assertThat(frequencies(2))
        .containsExactly(
            new double[] {1 / sum, Math.sqrt(3) / sum, 0, Math.sqrt(6) / sum}, within(0.01));
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertThat(new TokenSampler(0.5, 0).choose(new float[] {1e4f, -1e4f})).isZero();
  }

  @Test
  void aModelThatComputesNoNumbersIsAnError() {
    assertThatThrownBy(() -> new TokenSampler(0, 0).choose(new float[] {1, Float.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The model gives token 1 the logit NaN");
  }

  @Test
  void impossibleTemperaturesAreRefused() {
    assertThatThrownBy(() -> new TokenSampler(-0.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The temperature is -0.1; it must be at least 0.");
    assertThatThrownBy(() -> new TokenSampler(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] frequencies(double temperature) {
    TokenSampler sampler = new TokenSampler(temperature, 11);
    double[] frequencies = new double[LOGITS.length];
    int draws = 50_000;
    for (int i = 0; i < draws; i++) {
      frequencies[sampler.choose(LOGITS)] += 1.0 / draws;
    }
    return frequencies;
  }
}
