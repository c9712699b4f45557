package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.owlore.graph.Layer;
import org.owlore.graph.Orientation;

class WeightNormTest {

  @ParameterizedTest
  @EnumSource
  void isTheFrobeniusNormOfAllLinearWeightsOfTheLayerTogether(Orientation orientation) {
    ToyModel model = new ToyModel(3, 3, orientation);

    assertThat(new WeightNorm().score(model.scorable()).toArray())
        .containsExactly(
            model.layers.stream().mapToDouble(layer -> naive(model, layer)).toArray(),
            within(1e-12));
  }

  @Test
  void carriesItsNameAndNoThreshold() {
    LayerScores scores = new WeightNorm().score(new ToyModel(3, 1, Orientation.OUT_IN).scorable());

    assertThat(scores.metric()).isEqualTo("weight-norm");
    assertThat(scores.tau()).isEmpty();
  }

  @Test
  void refusesWeightsThatAreNotNumbers() {
    ToyModel model = new ToyModel(3, 2, Orientation.OUT_IN);
    model.weights.get("1.query")[0][0] = Double.NaN;

    assertThatThrownBy(() -> new WeightNorm().score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The weight 1.query holds NaN or infinite values:");
  }

  private static double naive(ToyModel model, Layer layer) {
    return Math.sqrt(
        layer.linears().stream()
            .flatMap(linear -> Stream.of(model.weights.get(linear.name())))
            .flatMapToDouble(DoubleStream::of)
            .map(value -> value * value)
            .sum());
  }
}
