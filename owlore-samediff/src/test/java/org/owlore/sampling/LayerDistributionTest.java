package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LayerDistributionTest {
  private static final Offset<Double> ROUNDING = within(1e-15);

  @Test
  void uniformGivesEveryLayerTheSameShare() {
    assertThat(shares(LayerDistribution.uniform(4))).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  @Test
  void decreasingGivesTheFirstLayerMost() {
    assertThat(shares(LayerDistribution.decreasing(3)))
        .containsExactly(new double[] {3 / 6., 2 / 6., 1 / 6.}, ROUNDING);
  }

  @Test
  void increasingGivesTheLastLayerMost() {
    assertThat(shares(LayerDistribution.increasing(3)))
        .containsExactly(new double[] {1 / 6., 2 / 6., 3 / 6.}, ROUNDING);
  }

  @Test
  void scoresBecomeShares() {
    assertThat(shares(LayerDistribution.proportionalTo(2, 0, 6)))
        .containsExactly(new double[] {0.25, 0, 0.75}, ROUNDING);
  }

  @Test
  void reversedTurnsTheOrderAroundAndKeepsTheRange() {
    assertThat(shares(LayerDistribution.reversed(1, 2, 4)))
        .containsExactly(new double[] {4 / 8., 3 / 8., 1 / 8.}, ROUNDING);
  }

  @Test
  void reversedGivesNothingToTheHighestScoreIfAnotherIsZero() {
    assertThat(shares(LayerDistribution.reversed(0, 3, 1)))
        .containsExactly(new double[] {0.6, 0, 0.4}, ROUNDING);
  }

  @Test
  void theScaleOfTheWeightsDoesNotMatter() {
    assertThat(LayerDistribution.proportionalTo(Double.MAX_VALUE, Double.MAX_VALUE))
        .isEqualTo(LayerDistribution.proportionalTo(Double.MIN_VALUE, Double.MIN_VALUE));
  }

  @Test
  void laterChangesOfTheWeightsDoNotReachTheDistribution() {
    double[] weights = {1, 3};
    LayerDistribution distribution = LayerDistribution.proportionalTo(weights);

    weights[0] = 100;

    assertThat(distribution.share(0)).isEqualTo(0.25);
  }

  @Test
  void onlyLayersWithAShareAreDrawable() {
    assertThat(LayerDistribution.proportionalTo(0, 1, 0, 2).drawable()).isEqualTo(2);
  }

  @Test
  void printsItsShares() {
    assertThat(LayerDistribution.uniform(2)).hasToString("LayerDistribution[0.5, 0.5]");
  }

  @Test
  void refusesZeroLayers() {
    assertThatThrownBy(() -> LayerDistribution.uniform(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no layer to sample from: give at least one weight.");
  }

  @Test
  void refusesNoWeights() {
    assertThatThrownBy(LayerDistribution::proportionalTo)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no layer to sample from: give at least one weight.");
  }

  @Test
  void refusesNaN() {
    assertThatThrownBy(() -> LayerDistribution.proportionalTo(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The sampling weight of layer 1 is NaN: it must be a finite number.");
  }

  @Test
  void refusesInfinity() {
    assertThatThrownBy(() -> LayerDistribution.reversed(Double.POSITIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The sampling weight of layer 0 is Infinity: it must be a finite number.");
  }

  @Test
  void refusesNegativeWeights() {
    assertThatThrownBy(() -> LayerDistribution.proportionalTo(1, 2, -0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The sampling weight of layer 2 is -0.5: it must not be negative.");
  }

  @Test
  void refusesAllZeroAndSaysWhatToDo() {
    assertThatThrownBy(() -> LayerDistribution.proportionalTo(0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "All 3 layers have sampling weight 0, so no layer can be drawn:"
                + " score with a lower tau or another metric, or sample uniformly.");
  }

  private static double[] shares(LayerDistribution distribution) {
    return IntStream.range(0, distribution.layers()).mapToDouble(distribution::share).toArray();
  }
}
