package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.sampling.LayerDistribution;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

class SamplerSettingsTest {
  private static final LayerScores SCORES =
      new LayerScores("mine", OptionalDouble.empty(), List.of(1.0, 2.0));

  @Test
  void theDefaultsAreValid() {
    assertThat(builder().build()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void fewerThanOneBlockIsRefused(int gamma) {
    assertRefused(
        builder().gamma(gamma), "gamma is %d: at least 1 block must be sampled.".formatted(gamma));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -7})
  void anIntervalWithoutIterationsIsRefused(long interval) {
    assertRefused(
        builder().interval(interval),
        "The sampling interval is %d steps: it must be at least 1.".formatted(interval));
  }

  static List<OutlierWeighedLayerSamplerBuilder> twoWaysToDraw() {
    return List.of(
        builder().scores(SCORES).metric(new OutlierRatio(3)),
        builder().scores(SCORES).calibration(data()),
        builder().scores(SCORES).distribution(LayerDistribution::uniform),
        builder().scores(SCORES).schedule(interval -> List.of(0)),
        builder().metric(new OutlierRatio(3)).distribution(LayerDistribution::uniform),
        builder().metric(new OutlierRatio(3)).schedule(interval -> List.of(0)),
        builder().calibration(data()).distribution(LayerDistribution::uniform),
        builder().calibration(data()).schedule(interval -> List.of(0)),
        builder().distribution(LayerDistribution::uniform).schedule(interval -> List.of(0)));
  }

  @ParameterizedTest
  @MethodSource("twoWaysToDraw")
  void twoWaysToDrawAreRefused(OutlierWeighedLayerSamplerBuilder builder) {
    assertRefused(
        builder,
        "Blocks are drawn by scores that are measured (metric, calibration) or given (scores), by a distribution, or by a schedule: give one of these only.");
  }

  @Test
  void aMetricWithCalibrationDataIsOneWayToDraw() {
    assertThat(builder().metric(new OutlierRatio(5)).calibration(data()).build()).isNotNull();
  }

  @Test
  void whatIsNoRegularExpressionIsRefusedInOneSentence() {
    assertThatThrownBy(() -> builder().blockPattern("block(\\d+"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The block pattern \"block(\\d+\" is no regular expression: Unclosed group at character 9.");
  }

  @Test
  void aPatternWithoutAGroupIsRefused() {
    assertThatThrownBy(() -> builder().blockPattern("block").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The block pattern \"block\" has no group");
  }

  @Test
  void blocksAndAPatternAreRefused() {
    assertRefused(
        builder().blockPattern("(a)").block("b"), "Give blocks or a block pattern, not both.");
  }

  @Test
  void aLayerInTwoPartsIsRefused() {
    assertRefused(
        builder().block("b").neverTrain("b"),
        "Layer \"b\" is named twice: it can be in one block only, or always train, or never.");
  }

  private static void assertRefused(OutlierWeighedLayerSamplerBuilder builder, String sentence) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  private static OutlierWeighedLayerSamplerBuilder builder() {
    return OutlierWeighedLayerSampler.builder();
  }

  private static ListDataSetIterator<DataSet> data() {
    return new ListDataSetIterator<>(List.of(new DataSet(Nd4j.ones(1, 2), null)), 1);
  }
}
