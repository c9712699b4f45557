package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.owlore.galore.GaLoreUpdater.GaLoreUpdaterBuilder;

class GaLoreUpdaterTest {

  @Test
  void theDefaultsAreThoseOfThePaper() {
    GaLoreUpdater config = GaLoreUpdater.builder().build();
    assertThat(config.getLearningRate(0, 0)).isEqualTo(3e-4);
    assertThat(config.getRank()).isEqualTo(128);
    assertThat(config.getRefreshInterval()).isEqualTo(200);
    assertThat(config.getScale()).isEqualTo(1);
    assertThat(config.getBeta1()).isEqualTo(0.9);
    assertThat(config.getBeta2()).isEqualTo(0.999);
    assertThat(config.getEpsilon()).isEqualTo(1e-6);
    assertThat(config.getProjection()).isEqualTo(Projection.STD);
    assertThat(config.getMomentsAtRefresh()).isEqualTo(MomentsAtRefresh.KEEP);
    assertThat(config.getSubspaceFinder()).isEqualTo(SubspaceFinder.automatic(0));
  }

  static Stream<Arguments> badValues() {
    return Stream.of(
        bad(b -> b.rank(0), "The rank of GaLore must be at least 1, but is 0."),
        bad(
            b -> b.refreshInterval(0),
            "The refresh interval of GaLore must be at least 1 step, but is 0."),
        bad(
            b -> b.learningRate(-1),
            "The learning rate of GaLore must be at least 0, but is -1.0."),
        bad(
            b -> b.learningRate(Double.NaN),
            "The learning rate of GaLore must be at least 0, but is NaN."),
        bad(b -> b.scale(0), "The scale of GaLore must be above 0, but is 0.0."),
        bad(b -> b.beta1(1), "The beta1 of GaLore must be at least 0 and below 1, but is 1.0."),
        bad(b -> b.beta2(-0.1), "The beta2 of GaLore must be at least 0 and below 1, but is -0.1."),
        bad(
            b -> b.epsilon(Double.POSITIVE_INFINITY),
            "The epsilon of GaLore must be above 0, but is Infinity."));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void badValuesAreNamed(UnaryOperator<GaLoreUpdaterBuilder> setting, String message) {
    GaLoreUpdaterBuilder builder = setting.apply(GaLoreUpdater.builder());
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  static Stream<GaLoreUpdater> configurations() {
    return Stream.of(
        GaLoreUpdater.builder().build(),
        unusual().build(),
        unusual().subspaceFinder(SubspaceFinder.exact()).build(),
        unusual().subspaceFinder(SubspaceFinder.automatic(9)).build());
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void theConfigurationSurvivesTheJsonOfATrainingConfig(GaLoreUpdater config) {
    TrainingConfig training =
        new TrainingConfig.Builder()
            .updater(config)
            .regularization(new DecoupledWeightDecay(0.25))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("y")
            .build();

    TrainingConfig copy = TrainingConfig.fromJson(training.toJson());

    assertThat(copy.getUpdater()).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(copy.getRegularization())
        .isEqualTo(java.util.List.<Regularization>of(new DecoupledWeightDecay(0.25)));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aCloneIsEqualAndApart(GaLoreUpdater config) {
    assertThat(config.clone()).isEqualTo(config).isNotSameAs(config);
  }

  @Test
  void configurationsWithOtherValuesDiffer() {
    assertThat(unusual().build()).isNotEqualTo(unusual().rank(6).build());
  }

  @Test
  void itNeverChanges() {
    assertThatThrownBy(() -> unusual().build().setLrAndSchedule(1, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("toBuilder()");
  }

  @Test
  void theScheduleGoesBeforeTheFixedLearningRate() {
    assertThat(unusual().build().hasLearningRate()).isTrue();
    assertThat(unusual().build().getLearningRate(7, 0)).isEqualTo(0.5);
  }

  @Test
  void trainingLoopsAllocateNoStateAhead() {
    assertThat(unusual().build().stateSize(1000)).isZero();
    assertThatThrownBy(() -> unusual().build().instantiate(Nd4j.zeros(1, 10), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10 numbers");
  }

  static Stream<Arguments> stateNumbers() {
    return Stream.of(
        Arguments.of(Projection.STD, new long[] {20, 30}, 20 * 5 + 2 * 30 * 5),
        Arguments.of(Projection.STD, new long[] {30, 20}, 20 * 5 + 2 * 30 * 5),
        Arguments.of(Projection.REVERSE_STD, new long[] {30, 20}, 30 * 5 + 2 * 20 * 5),
        Arguments.of(Projection.LEFT, new long[] {20, 30}, 20 * 5 + 2 * 30 * 5),
        Arguments.of(Projection.RIGHT, new long[] {20, 30}, 30 * 5 + 2 * 20 * 5),
        Arguments.of(Projection.FULL, new long[] {20, 30}, 20 * 5 + 30 * 5 + 2 * 25),
        Arguments.of(Projection.STD, new long[] {5, 30}, 2 * 5 * 30),
        Arguments.of(Projection.STD, new long[] {30}, 2 * 30),
        Arguments.of(Projection.STD, new long[] {2, 3, 4}, 2 * 24),
        Arguments.of(Projection.STD, new long[] {}, 2));
  }

  @ParameterizedTest
  @MethodSource("stateNumbers")
  void theStateTakesAsManyNumbersAsTheFormulaSays(
      Projection projection, long[] shape, long numbers) {
    GaLoreUpdater config = GaLoreUpdater.builder().rank(5).projection(projection).build();
    GaLoreGradientUpdater updater = config.forParameter(shape);
    assertThat(updater.stateBytes()).isZero();

    INDArray gradient = Nd4j.rand(DataType.FLOAT, shape);
    updater.applyUpdater(gradient, 0, 0);

    assertThat(config.stateNumbers(shape)).isEqualTo(numbers);
    assertThat(updater.stateBytes()).isEqualTo(4 * numbers);
  }

  private static GaLoreUpdaterBuilder unusual() {
    return GaLoreUpdater.builder()
        .learningRate(0.1)
        .learningRateSchedule(new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0.5).build())
        .rank(5)
        .refreshInterval(7)
        .scale(0.25)
        .beta1(0.8)
        .beta2(0.99)
        .epsilon(1e-8)
        .projection(Projection.FULL)
        .subspaceFinder(new RandomizedSubspace(0.75, 3, 42))
        .momentsAtRefresh(MomentsAtRefresh.REPROJECT);
  }

  private static Arguments bad(UnaryOperator<GaLoreUpdaterBuilder> setting, String message) {
    return Arguments.of(setting, message);
  }
}
