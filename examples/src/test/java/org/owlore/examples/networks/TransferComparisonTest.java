package org.owlore.examples.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferComparisonTest {

  @Test
  void everyMethodIsTrainedWithEveryLearningRateAndSeed() {
    List<Integer> finished = new ArrayList<>();

    List<TransferResult> results = comparison(2, 5).run(finished::add);

    assertThat(finished).hasSize(24).endsWith(24);
    assertThat(results).extracting(TransferResult::method).containsExactly(TransferMethod.values());
    assertThat(results)
        .allSatisfy(
            result -> {
              assertThat(result.validation()).hasSize(2);
              assertThat(result.test())
                  .hasSize(2)
                  .allSatisfy(accuracy -> assertThat(accuracy).isBetween(0.0, 1.0));
            });
  }

  @Test
  void sameSettingsGiveTheSameNumbers() {
    assertThat(comparison(1, 3).run(run -> {})).isEqualTo(comparison(1, 3).run(run -> {}));
  }

  @Test
  void lowRankStateIsSmaller() {
    List<TransferResult> results = comparison(1, 2).run(run -> {});

    assertThat(bytes(results, TransferMethod.OWLORE))
        .isEqualTo(bytes(results, TransferMethod.GALORE))
        .isLessThan(bytes(results, TransferMethod.FULL));
    assertThat(bytes(results, TransferMethod.LAST_LAYER))
        .isLessThan(bytes(results, TransferMethod.OWLORE));
  }

  @Test
  void tooFewImagesAreRefused() {
    TransferComparison comparison =
        new TransferComparison(
            LabelledImages.synthetic(2, 1), TransferSettings.builder().labelled(1).build());

    assertThatThrownBy(() -> comparison.run(run -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "made-up images has 5 images of the classes 5 to 9 beside those to train on; more than 100 are needed, to validate and test.");
  }

  @Test
  void nothingToCompareIsRefused() {
    assertThatThrownBy(() -> TransferSettings.builder().seeds(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Nothing to compare with 0 seeds");
  }

  @Test
  void meanAndDeviationAreThoseOfTheSeeds() {
    TransferResult result =
        new TransferResult(TransferMethod.FULL, 0.1, List.of(1.0), List.of(0.5, 0.7, 0.9), 0);

    assertThat(result.mean()).isCloseTo(0.7, within(1e-12));
    assertThat(result.deviation()).isCloseTo(0.2, within(1e-12));
  }

  private static long bytes(List<TransferResult> results, TransferMethod method) {
    return results.stream()
        .filter(result -> result.method() == method)
        .findFirst()
        .orElseThrow()
        .stateBytes();
  }

  private static TransferComparison comparison(int seeds, int steps) {
    TransferSettings settings =
        TransferSettings.builder()
            .width(12)
            .hidden(3)
            .pretrainingEpochs(1)
            .labelled(2)
            .validation(5)
            .steps(steps)
            .batch(4)
            .interval(2)
            .rank(2)
            .learningRates(List.of(1e-3, 1e-2))
            .seeds(seeds)
            .build();
    return new TransferComparison(LabelledImages.synthetic(6, 1), settings);
  }
}
