package org.owlore.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayerSamplerTest {
  private static final int DRAWS = 20_000;
  private static final LayerDistribution SKEWED = LayerDistribution.proportionalTo(1, 0.5, 4, 2, 0);

  @Test
  void exactDrawsAlwaysHoldGammaDifferentLayersInAscendingOrder() {
    LayerSampler sampler = sampler(SKEWED, 3, Draw.EXACT, 5);
    for (long interval = 0; interval < 1_000; interval++) {
      assertThat(sampler.layers(interval)).hasSize(3).doesNotHaveDuplicates().isSorted();
    }
  }

  @Test
  void bernoulliDrawsHoldDifferentLayersInAscendingOrder() {
    LayerSampler sampler = sampler(SKEWED, 3, Draw.BERNOULLI, 5);
    for (long interval = 0; interval < 1_000; interval++) {
      assertThat(sampler.layers(interval)).doesNotHaveDuplicates().isSorted();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLayerOfShareZeroIsNeverDrawn(Draw draw) {
    LayerSampler sampler = sampler(SKEWED, 3, draw, 0);
    assertThat(LongStream.range(0, 2_000).boxed()).noneMatch(k -> sampler.layers(k).contains(4));
  }

  /** Each set of layers comes up as often as enumerating all orders of drawing says. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 7", "3, 9"})
  void exactDrawsFollowTheEnumeratedProbabilities(int gamma, long seed) {
    Map<Set<Integer>, Double> expected = enumerate(SKEWED, gamma);
    Map<Set<Integer>, Integer> observed = count(sampler(SKEWED, gamma, Draw.EXACT, seed));

    assertThat(expected.keySet()).containsAll(observed.keySet());
    assertThat(chiSquare(expected, observed)).isLessThan(limit(expected.size() - 1));
  }

  @Test
  void uniformExactDrawsTakeEverySetOfLayersAlike() {
    LayerDistribution uniform = LayerDistribution.uniform(6);
    Map<Set<Integer>, Integer> observed = count(sampler(uniform, 2, Draw.EXACT, 11));
    Map<Set<Integer>, Double> expected = new HashMap<>();
    observed.keySet().forEach(layers -> expected.put(layers, 1 / 15.0));

    assertThat(observed).hasSize(15);
    assertThat(chiSquare(expected, observed)).isLessThan(limit(14));
  }

  /** Layers are independent: the probability of a set is the product over its layers. */
  @Test
  void bernoulliDrawsFollowTheProductOfTheInclusionProbabilities() {
    LayerDistribution distribution = LayerDistribution.proportionalTo(1, 0.5, 3, 2);
    double[] probabilities = {2 / 6.5, 1 / 6.5, 6 / 6.5, 4 / 6.5};
    Map<Set<Integer>, Double> expected = products(probabilities);

    Map<Set<Integer>, Integer> observed = count(sampler(distribution, 2, Draw.BERNOULLI, 4));

    assertThat(chiSquare(expected, observed)).isLessThan(limit(15));
  }

  @Test
  void bernoulliDrawsHoldGammaLayersOnAverageEvenWhereProbabilitiesAreCut() {
    LayerSampler sampler =
        sampler(LayerDistribution.proportionalTo(50, 1, 2, 3, 4), 3, Draw.BERNOULLI, 8);
    double mean =
        LongStream.range(0, DRAWS).mapToInt(k -> sampler.layers(k).size()).average().orElseThrow();

    assertThat(mean).isCloseTo(3, within(0.03));
  }

  @Test
  void aBernoulliDrawMayBeEmpty() {
    LayerSampler sampler = sampler(LayerDistribution.uniform(4), 1, Draw.BERNOULLI, 0);
    long empty = LongStream.range(0, DRAWS).filter(k -> sampler.layers(k).isEmpty()).count();

    assertThat(empty / (double) DRAWS).isCloseTo(Math.pow(0.75, 4), within(0.015));
  }

  @ParameterizedTest
  @EnumSource
  void gammaEqualToTheNumberOfLayersTakesThemAll(Draw draw) {
    assertThat(sampler(LayerDistribution.proportionalTo(3, 1, 7), 3, draw, 1).layers(0))
        .containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @EnumSource
  void anIntervalHasTheSameLayersInWhateverOrderItIsAskedFor(Draw draw) {
    LayerSampler sampler = sampler(SKEWED, 2, draw, 42);
    List<List<Integer>> forward = LongStream.range(0, 100).mapToObj(sampler::layers).toList();
    LayerSampler resumed = sampler(SKEWED, 2, draw, 42);

    for (int interval = 99; interval >= 0; interval--) {
      assertThat(resumed.layers(interval)).isEqualTo(forward.get(interval));
    }
  }

  @Test
  void drawsStayTheSameFromReleaseToRelease() {
    LayerSampler sampler = sampler(LayerDistribution.decreasing(32), 5, Draw.EXACT, 0);

    assertThat(LongStream.range(0, 3).mapToObj(sampler::layers))
        .containsExactly(
            List.of(4, 5, 6, 10, 13), List.of(2, 4, 7, 10, 25), List.of(5, 6, 9, 10, 19));
  }

  @Test
  void anotherSeedGivesOtherLayers() {
    LayerDistribution uniform = LayerDistribution.uniform(32);
    assertThat(count(sampler(uniform, 5, Draw.EXACT, 0)))
        .isNotEqualTo(count(sampler(uniform, 5, Draw.EXACT, 1)));
  }

  @Test
  void neighbouringIntervalsAreIndependent() {
    LayerSampler sampler = sampler(LayerDistribution.uniform(4), 1, Draw.EXACT, 2);
    Map<Set<Integer>, Integer> pairs = new HashMap<>();
    Map<Set<Integer>, Double> expected = new HashMap<>();
    for (long k = 0; k < DRAWS; k++) {
      Set<Integer> pair = Set.of(sampler.layers(k).get(0), 10 + sampler.layers(k + 1).get(0));
      pairs.merge(pair, 1, Integer::sum);
      expected.put(pair, 1 / 16.0);
    }
    assertThat(chiSquare(expected, pairs)).isLessThan(limit(15));
  }

  @Test
  void refusesGammaBelowOne() {
    assertThatThrownBy(() -> sampler(SKEWED, 0, Draw.EXACT, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma is 0: at least 1 layer must be sampled.");
  }

  @Test
  void refusesGammaAboveTheNumberOfLayers() {
    assertThatThrownBy(() -> sampler(SKEWED, 6, Draw.EXACT, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma is 6 but the model has only 5 layers: choose gamma from 1 to 5.");
  }

  @ParameterizedTest
  @EnumSource
  void refusesGammaAboveTheNumberOfDrawableLayers(Draw draw) {
    assertThatThrownBy(() -> sampler(SKEWED, 5, draw, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "gamma is 5 but only 4 of the 5 layers have a sampling weight above 0: lower gamma,"
                + " or score with a lower tau so that more layers have outliers.");
  }

  @Test
  void refusesNegativeIntervals() {
    assertThatThrownBy(() -> sampler(SKEWED, 2, Draw.EXACT, 0).layers(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The number of an interval is -1: it must not be negative.");
  }

  @Test
  void everyLayerNeedsNoSampling() {
    assertThat(LayerSchedule.everyLayer(3).layers(17)).containsExactly(0, 1, 2);
  }

  private static LayerSampler sampler(
      LayerDistribution distribution, int gamma, Draw draw, long seed) {
    return LayerSampler.builder()
        .distribution(distribution)
        .gamma(gamma)
        .draw(draw)
        .seed(seed)
        .build();
  }

  private static Map<Set<Integer>, Integer> count(LayerSampler sampler) {
    Map<Set<Integer>, Integer> counts = new HashMap<>();
    LongStream.range(0, DRAWS)
        .forEach(k -> counts.merge(Set.copyOf(sampler.layers(k)), 1, Integer::sum));
    return counts;
  }

  /** Adds up the probabilities of all orders in which gamma layers can come one after the other. */
  private static Map<Set<Integer>, Double> enumerate(LayerDistribution distribution, int gamma) {
    Map<Set<Integer>, Double> probabilities = new HashMap<>();
    extend(distribution, gamma, new ArrayList<>(), 1, probabilities);
    return probabilities;
  }

  private static void extend(
      LayerDistribution distribution,
      int gamma,
      List<Integer> drawn,
      double probability,
      Map<Set<Integer>, Double> into) {
    if (drawn.size() == gamma) {
      into.merge(Set.copyOf(drawn), probability, Double::sum);
      return;
    }
    double left = 1 - drawn.stream().mapToDouble(distribution::share).sum();
    for (int layer = 0; layer < distribution.layers(); layer++) {
      if (!drawn.contains(layer) && distribution.share(layer) > 0) {
        List<Integer> longer = new ArrayList<>(drawn);
        longer.add(layer);
        extend(distribution, gamma, longer, probability * distribution.share(layer) / left, into);
      }
    }
  }

  private static Map<Set<Integer>, Double> products(double[] probabilities) {
    Map<Set<Integer>, Double> expected = new HashMap<>();
    for (int subset = 0; subset < 1 << probabilities.length; subset++) {
      Set<Integer> layers = new HashSet<>();
      double probability = 1;
      for (int layer = 0; layer < probabilities.length; layer++) {
        boolean drawn = (subset >> layer & 1) == 1;
        probability *= drawn ? probabilities[layer] : 1 - probabilities[layer];
        if (drawn) {
          layers.add(layer);
        }
      }
      expected.put(layers, probability);
    }
    return expected;
  }

  private static double chiSquare(
      Map<Set<Integer>, Double> expected, Map<Set<Integer>, Integer> observed) {
    return expected.entrySet().stream()
        .mapToDouble(
            entry -> {
              double mean = entry.getValue() * DRAWS;
              double difference = observed.getOrDefault(entry.getKey(), 0) - mean;
              return difference * difference / mean;
            })
        .sum();
  }

  /** A chi-square value that a right sampler exceeds with probability of about 0.001 at most. */
  private static double limit(int degreesOfFreedom) {
    // Wilson and Hilferty's approximation of the 99.9% quantile.
    double spread = 2 / (9.0 * degreesOfFreedom);
    return degreesOfFreedom * Math.pow(1 - spread + 3.09 * Math.sqrt(spread), 3);
  }
}
