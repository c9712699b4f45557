package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.Orientation;

class LayerScoresTest {

  @Test
  void givesTheScoresAsAnArray() {
    assertThat(LayerScores.of("weight-norm", DoubleStream.of(3, 1, 2)).toArray())
        .containsExactly(3, 1, 2);
  }

  @Test
  void highScoresAreImportantExceptForHillAlpha() {
    assertThat(
            LayerMetric.NAMES.stream()
                .filter(name -> LayerScores.of(name, DoubleStream.of(1)).lowMeansImportant()))
        .containsExactly("hill-alpha");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesScoresThatAreNotNumbers(double score) {
    assertThatThrownBy(() -> new LayerScores("mine", OptionalDouble.empty(), List.of(1.0, score)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The mine score of layer 1 is " + score + ": a score must be a finite number.");
  }

  @Test
  void refusesNoScores() {
    assertThatThrownBy(() -> new LayerScores("mine", OptionalDouble.empty(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no layer score: give at least one.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "outlier-ratio",
        "block-influence",
        "relative-magnitude",
        "weight-norm",
        "hill-alpha"
      })
  void aMetricIsFoundByItsName(String name) {
    ToyModel model = new ToyModel(1, 2, Orientation.OUT_IN).batch(true);

    assertThat(LayerMetric.of(name, 13).score(model.scorable()).metric()).isEqualTo(name);
    assertThat(LayerMetric.NAMES).contains(name);
  }

  @Test
  void theOutlierRatioTakesItsThreshold() {
    assertThat(LayerMetric.of("outlier-ratio", 5)).isEqualTo(new OutlierRatio(5));
  }

  @Test
  void refusesAnUnknownMetricAndNamesTheKnownOnes() {
    assertThatThrownBy(() -> LayerMetric.of("outliers", 13))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is no metric 'outliers': choose one of outlier-ratio, block-influence,"
                + " relative-magnitude, weight-norm, hill-alpha.");
  }

  @Test
  void refusesAModelWithoutLayers() {
    ToyModel model = new ToyModel(1, 0, Orientation.OUT_IN);

    assertThatThrownBy(model::scorable)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The model has no layers to score.");
  }

  @Test
  void refusesALayerWithoutLinearWeights() {
    LayerMap layers =
        new LayerMap(
            List.of(new Layer(0, List.of(), List.of(), "x", "y")), List.of(), List.of(), List.of());

    assertThatThrownBy(() -> new ScorableModel(layers, name -> null, (variables, visitor) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer 0 has no linear weights, so it cannot be scored: correct the layer map.");
  }
}
