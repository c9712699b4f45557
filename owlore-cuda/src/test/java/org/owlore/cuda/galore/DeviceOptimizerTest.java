package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;
import org.owlore.galore.Projection;
import org.owlore.galore.SubspaceFinder;

/** The device's optimizer does what the host's does. */
class DeviceOptimizerTest {
  private static final double CLOSE = 1e-3;

  private static GaLoreUpdater.GaLoreUpdaterBuilder settings() {
    return GaLoreUpdater.builder()
        .learningRate(0.01)
        .rank(4)
        .refreshInterval(3)
        .epsilon(1e-3)
        .subspaceFinder(SubspaceFinder.exact());
  }

  private static Twins trained(GaLoreUpdater updater, double decay, int steps, long... shape) {
    Twins twins = new Twins(updater, decay, "w").with("w", true, DataType.FLOAT, shape);
    for (int i = 0; i < steps; i++) {
      twins.step("w");
    }
    twins.optimizer.requireFinite();
    return twins;
  }

  @ParameterizedTest
  @CsvSource({"24,8", "8,24", "12,12", "3,20", "20,3", "1,9", "9,1", "4,4", "5,5"})
  void everyShapeOfMatrixTakesTheHostsSteps(long rows, long columns) {
    assertThat(trained(settings().build(), 0.1, 7, rows, columns).distance("w")).isLessThan(CLOSE);
  }

  @ParameterizedTest
  @EnumSource(Projection.class)
  void everyProjectionTakesTheHostsSteps(Projection projection) {
    GaLoreUpdater updater = settings().projection(projection).build();
    assertThat(trained(updater, 0, 7, 20, 9).distance("w")).isLessThan(CLOSE);
    assertThat(trained(updater, 0, 7, 9, 20).distance("w")).isLessThan(CLOSE);
    assertThat(trained(updater, 0, 7, 11, 11).distance("w")).isLessThan(CLOSE);
  }

  @ParameterizedTest
  @EnumSource(MomentsAtRefresh.class)
  void momentsAreCarriedOverARefreshAsOnTheHost(MomentsAtRefresh moments) {
    for (Projection projection : Projection.values()) {
      GaLoreUpdater updater = settings().projection(projection).momentsAtRefresh(moments).build();
      assertThat(trained(updater, 0, 8, 16, 9).distance("w"))
          .as("%s", projection)
          .isLessThan(CLOSE);
      assertThat(trained(updater, 0, 8, 9, 16).distance("w"))
          .as("%s", projection)
          .isLessThan(CLOSE);
    }
  }

  @ParameterizedTest
  @CsvSource({"96,48", "48,96"})
  void theRandomizedSearchFindsTheHostsSubspaceFromTheSameSketch(long rows, long columns) {
    for (Projection projection : Projection.values()) {
      GaLoreUpdater updater =
          settings().projection(projection).subspaceFinder(SubspaceFinder.randomized(5)).build();
      assertThat(trained(updater, 0, 7, rows, columns).distance("w"))
          .as("%s", projection)
          .isLessThan(CLOSE);
    }
  }

  @Test
  void vectorsAndTensorsTakePlainAdamW() {
    assertThat(trained(settings().build(), 0.1, 5, 33).distance("w")).isLessThan(CLOSE);
    assertThat(trained(settings().build(), 0.1, 5, 3, 4, 5).distance("w")).isLessThan(CLOSE);
  }

  @Test
  void aMatrixThatIsNotAmongTheProjectedTakesPlainAdamW() {
    Twins twins = new Twins(settings().build(), 0.1).with("w", false, DataType.FLOAT, 20, 9);
    for (int i = 0; i < 4; i++) {
      twins.step("w");
    }
    assertThat(twins.distance("w")).isLessThan(CLOSE);
    assertThat(twins.optimizer.bytes()).isEqualTo(2 * 20 * 9 * 4);
  }

  @Test
  void learningRateScheduleScaleAndDecayCount() {
    MapSchedule schedule =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.01).add(2, 0.1).add(4, 0).build();
    GaLoreUpdater updater = settings().learningRateSchedule(schedule).scale(0.25).build();
    assertThat(trained(updater, 0.5, 6, 16, 9).distance("w")).isLessThan(CLOSE);
  }

  @Test
  void aFrozenVariableGoesOnWhereItStopped() {
    Twins twins =
        new Twins(settings().build(), 0, "a", "b")
            .with("a", true, DataType.FLOAT, 16, 9)
            .with("b", true, DataType.FLOAT, 9, 14);
    twins.step("a", "b");
    twins.step("b");
    twins.step("b");
    twins.step("b", "a");
    twins.step("a");
    twins.step("a");
    assertThat(twins.distance("a")).isLessThan(CLOSE);
    assertThat(twins.distance("b")).isLessThan(CLOSE);
  }

  @Test
  void aGradientOfZerosOnlyLetsTheWeightDecay() {
    Twins twins = new Twins(settings().build(), 0.5, "w").with("w", true, DataType.FLOAT, 12, 8);
    INDArray before = twins.weight("w");
    twins.step(Map.of("w", twins.gaussian(12, 8).muli(0)));
    twins.optimizer.requireFinite();
    assertThat(twins.weight("w").distance2(before.mul(1 - 0.01 * 0.5))).isLessThan(1e-5);
  }

  @Test
  void aGradientOfLowRankTakesTheHostsStep() {
    for (SubspaceFinder finder : List.of(SubspaceFinder.exact(), SubspaceFinder.randomized(1))) {
      GaLoreUpdater updater = settings().subspaceFinder(finder).build();
      Twins twins = new Twins(updater, 0, "w").with("w", true, DataType.FLOAT, 60, 50);
      INDArray gradient = twins.gaussian(60, 2).mmul(twins.gaussian(2, 50)).dup('c');
      twins.step(Map.of("w", gradient));
      twins.optimizer.requireFinite();
      assertThat(twins.distance("w")).as("%s", finder).isLessThan(5e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-18", "1e15"})
  void gradientsOfAnySizeAreSearched(double size) {
    Twins twins =
        new Twins(settings().epsilon(1e-30).rank(2).build(), 0, "w")
            .with("w", true, DataType.FLOAT, 12, 8);
    twins.step(Map.of("w", twins.gradient(12, 8).muli(size)));
    twins.optimizer.requireFinite();
    assertThat(twins.distance("w")).isLessThan(0.02);
  }
}
