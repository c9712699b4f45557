package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TokensTest {

  @Test
  void examplesAreTokensAsTheyAre() {
    INDArray rows = Networks.normal(1, 3, 4);
    try (Tokens tokens = Tokens.of(rows, ChannelAxis.FIRST, null)) {
      assertThat(tokens.values()).isSameAs(rows);
      assertThat(tokens.counted()).containsExactly(true, true, true);
    }
    assertThat(rows.wasClosed()).isFalse();
  }

  @Test
  void stepsComeStepByStepWhereverTheChannelsAre() {
    INDArray first = Networks.normal(1, 2, 3, 4);
    INDArray last = first.permute(0, 2, 1).dup('c');
    INDArray mask = Nd4j.create(new float[][] {{1, 1, 1, 0}, {1, 0, 0, 0}});
    Tokens tokens = Tokens.of(first, ChannelAxis.FIRST, mask);
    for (int row = 0; row < 8; row++) {
      for (int channel = 0; channel < 3; channel++) {
        assertThat(tokens.values().getDouble(row, channel))
            .isEqualTo(first.getDouble(row % 2, channel, row / 2));
      }
      assertThat(tokens.counted()[row]).isEqualTo(mask.getDouble(row % 2, row / 2) != 0);
    }
    assertThat(Tokens.of(last, ChannelAxis.LAST, mask).values()).isEqualTo(tokens.values());
  }

  @Test
  void aCopyIsFreed() {
    Tokens tokens = Tokens.of(Networks.normal(1, 2, 3, 4), ChannelAxis.FIRST, null);
    tokens.close();
    assertThat(tokens.values().wasClosed()).isTrue();
  }

  @Test
  void aMaskOfExamplesStretchesOverTheirStepsAndPositions() {
    INDArray mask = Nd4j.create(new float[][] {{1}, {0}});
    assertThat(Tokens.counted(mask, 2, 3)).containsExactly(true, false, true, false, true, false);
    assertThat(Tokens.counted(mask, 2, 1, 2)).containsExactly(true, true, false, false);
  }

  @Test
  void aMaskOfPositionsHasAnAxisForTheChannels() {
    INDArray mask = Nd4j.create(new float[] {1, 0, 1, 1}).reshape(2, 1, 1, 2);
    assertThat(Tokens.counted(mask, 2, 2, 2))
        .containsExactly(true, false, true, false, true, true, true, true);
  }

  @Test
  void aMaskOfOtherPositionsIsRefused() {
    assertThatThrownBy(() -> Tokens.counted(Nd4j.ones(2, 1, 3, 3), 2, 4, 4))
        .hasMessage(
            "A mask of shape [2, 1, 3, 3] does not fit activations with examples and steps [2, 4, 4]: give masks of shape [examples, steps], as DL4J takes them.");
    assertThatThrownBy(() -> Tokens.counted(Nd4j.ones(2, 3), 2))
        .hasMessageStartingWith("A mask of shape [2, 3] does not fit");
  }
}
