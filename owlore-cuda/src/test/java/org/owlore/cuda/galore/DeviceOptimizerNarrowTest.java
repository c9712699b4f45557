package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;

/** Weights of 16 bits. */
class DeviceOptimizerNarrowTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder()
          .learningRate(0.01)
          .rank(4)
          .refreshInterval(3)
          .epsilon(1e-3)
          .subspaceFinder(SubspaceFinder.exact())
          .build();

  private static double shareOfEqualNumbers(Twins twins) {
    return twins
        .weight("w")
        .eq(twins.reference("w"))
        .castTo(DataType.FLOAT)
        .meanNumber()
        .doubleValue();
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"BFLOAT16", "HALF"})
  void aPlainWeightIsToTheBitWhatTheHostMakesOfIt(DataType type) {
    Twins twins = new Twins(SETTINGS, 0.1).with("w", false, type, 30, 41);
    for (int i = 0; i < 4; i++) {
      twins.step("w");
    }
    twins.optimizer.requireFinite();
    assertThat(shareOfEqualNumbers(twins)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"BFLOAT16", "HALF"})
  void aProjectedWeightDiffersFromTheHostsOnlyWhereRoundingIsOnTheEdge(DataType type) {
    Twins twins = new Twins(SETTINGS, 0.1, "w").with("w", true, type, 30, 41);
    for (int i = 0; i < 4; i++) {
      twins.step("w");
    }
    twins.optimizer.requireFinite();
    assertThat(shareOfEqualNumbers(twins)).isGreaterThan(0.98);
  }

  @Test
  void aNumberThatGrowsTooLargeForItsTypeIsReportedAndStopsWhatFollows() {
    GaLoreUpdater fast = SETTINGS.toBuilder().learningRate(60_000).build();
    Twins twins =
        new Twins(fast, 0)
            .with("w", false, DataType.HALF, 4, 4)
            .with("x", false, DataType.FLOAT, 3);
    twins.begin(List.of("w", "x"));
    INDArray before = twins.weight("x");
    twins.updateOnDevice("w", twins.gaussian(4, 4).muli(0).addi(1));
    twins.begin(List.of("w", "x"));
    twins.updateOnDevice("w", twins.gaussian(4, 4).muli(0).addi(1));
    twins.updateOnDevice("x", twins.gaussian(3));
    assertThatThrownBy(twins.optimizer::requireFinite)
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Training stopped at step 0 in \"w\": A number is too large for its 16-bit type: try a smaller learning rate, or store the weights in a wider type.");
    assertThat(twins.weight("x")).isEqualTo(before);
  }

  @Test
  void anUpdateFarBelowTheWeightsPrecisionCountsByItsProbability() {
    GaLoreUpdater slow = SETTINGS.toBuilder().learningRate(1e-5).build();
    Twins twins = new Twins(slow, 0).with("w", false, DataType.BFLOAT16, 100, 100);
    double before = twins.weight("w").castTo(DataType.DOUBLE).meanNumber().doubleValue();
    for (int i = 0; i < 50; i++) {
      twins.step(Map.of("w", twins.gaussian(100, 100).muli(0).addi(1)));
    }
    double after = twins.weight("w").castTo(DataType.DOUBLE).meanNumber().doubleValue();
    assertThat(before - after).isBetween(0.7 * 50e-5, 1.3 * 50e-5);
  }
}
