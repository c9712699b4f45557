package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InclusionProbabilitiesTest {

  @Test
  void areProportionalToTheSharesWhereNoneExceedsOne() {
    assertThat(InclusionProbabilities.of(LayerDistribution.proportionalTo(1, 2, 3, 4), 2))
        .containsExactly(new double[] {0.2, 0.4, 0.6, 0.8}, within(1e-15));
  }

  @Test
  void whatExceedsOneIsSpreadOverTheOthers() {
    // gamma p = 2 * (8, 1, 1) / 10 = (1.6, 0.2, 0.2); the 0.6 goes in equal parts to the other two.
    assertThat(InclusionProbabilities.of(LayerDistribution.proportionalTo(8, 1, 1), 2))
        .containsExactly(new double[] {1, 0.5, 0.5}, within(1e-15));
  }

  @Test
  void spreadingCanPushFurtherLayersToOne() {
    // First (1.8.., 0.9, ..) cuts layer 0; what is left pushes layer 1 over 1 as well.
    assertThat(InclusionProbabilities.of(LayerDistribution.proportionalTo(100, 10, 1, 1), 3))
        .containsExactly(new double[] {1, 1, 0.5, 0.5}, within(1e-15));
  }

  @Test
  void areOneForAllDrawableLayersWhenGammaIsTheirNumber() {
    assertThat(InclusionProbabilities.of(LayerDistribution.proportionalTo(5, 0, 0.1, 3), 3))
        .containsExactly(1, 0, 1, 1);
  }

  @Property
  void addUpToGammaAndStayBetweenZeroAndOne(
      @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = 0.01, max = 1000) Double> scores,
      @ForAll @IntRange(min = 1, max = 12) int wanted) {
    double[] weights = scores.stream().mapToDouble(Double::doubleValue).toArray();
    int gamma = Math.min(wanted, weights.length);
    double[] probabilities =
        InclusionProbabilities.of(LayerDistribution.proportionalTo(weights), gamma);

    assertThat(DoubleStream.of(probabilities).sum()).isCloseTo(gamma, within(1e-9));
    assertThat(DoubleStream.of(probabilities)).allMatch(p -> p >= 0 && p <= 1);
  }

  @Property
  void keepTheOrderOfTheShares(
      @ForAll @Size(min = 2, max = 12) List<@DoubleRange(min = 0.01, max = 1000) Double> scores,
      @ForAll @IntRange(min = 1, max = 12) int wanted) {
    double[] weights = scores.stream().mapToDouble(Double::doubleValue).toArray();
    int gamma = Math.min(wanted, weights.length);
    double[] probabilities =
        InclusionProbabilities.of(LayerDistribution.proportionalTo(weights), gamma);

    for (int layer = 1; layer < weights.length; layer++) {
      if (weights[layer - 1] <= weights[layer]) {
        assertThat(probabilities[layer - 1]).isLessThanOrEqualTo(probabilities[layer]);
      }
    }
  }
}
