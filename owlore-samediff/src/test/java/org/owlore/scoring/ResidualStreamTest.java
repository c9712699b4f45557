package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.graph.Layer;
import org.owlore.graph.Orientation;

/** Block influence and relative magnitude, which both compare a layer's input with its output. */
class ResidualStreamTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void blockInfluenceIsOneMinusTheMeanCosine(long seed) {
    ToyModel model = model(seed);

    assertThat(new BlockInfluence().score(model.scorable()).toArray())
        .containsExactly(
            means(model, (x, y) -> 1 - dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y))),
            within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void relativeMagnitudeIsTheMeanRatioOfTheAddedPartToTheSum(long seed) {
    ToyModel model = model(seed);

    assertThat(new RelativeMagnitude().score(model.scorable()).toArray())
        .containsExactly(
            means(
                model,
                (x, y) -> {
                  double[] added = new double[x.length];
                  for (int i = 0; i < x.length; i++) {
                    added[i] = y[i] - x[i];
                  }
                  return Math.sqrt(dot(added, added) / dot(y, y));
                }),
            within(1e-12));
  }

  @Test
  void aLayerThatPassesItsInputOnScoresZero() {
    ToyModel model = model(4);
    model.batches.forEach(
        batch -> batch.activations().put("residual1", batch.activations().get("residual0")));

    assertThat(new BlockInfluence().score(model.scorable()).scores().get(0)).isBetween(0.0, 1e-12);
    assertThat(new RelativeMagnitude().score(model.scorable()).scores().get(0)).isZero();
  }

  @Test
  void aLayerThatTurnsItsInputAroundHasTheGreatestInfluence() {
    ToyModel model = single(new double[][] {{1, -2, 3}}, new double[][] {{-2, 4, -6}});

    assertThat(new BlockInfluence().score(model.scorable()).toArray())
        .containsExactly(new double[] {2}, within(1e-12));
  }

  @Test
  void aTokenWithoutDirectionHasCosineZero() {
    ToyModel model = single(new double[][] {{0, 0}}, new double[][] {{1, 2}});

    assertThat(new BlockInfluence().score(model.scorable()).toArray()).containsExactly(1);
  }

  @Test
  void aTokenThatStaysZeroGetsNothingAdded() {
    ToyModel model = single(new double[][] {{0, 0}}, new double[][] {{0, 0}});

    assertThat(new RelativeMagnitude().score(model.scorable()).toArray()).containsExactly(0);
  }

  @Test
  void paddingDoesNotCountWhateverItHolds() {
    ToyModel model = model(5);
    ScorableModel scorable = model.scorable();
    LayerScores influence = new BlockInfluence().score(scorable);
    LayerScores magnitude = new RelativeMagnitude().score(scorable);
    model.batches.get(1).activations().values().forEach(values -> values[0][1] = Double.NaN);

    assertThat(new BlockInfluence().score(scorable)).isEqualTo(influence);
    assertThat(new RelativeMagnitude().score(scorable)).isEqualTo(magnitude);
  }

  @Test
  void scoresCarryTheNameOfTheirMetricAndNoThreshold() {
    LayerScores influence = new BlockInfluence().score(model(6).scorable());
    LayerScores magnitude = new RelativeMagnitude().score(model(6).scorable());

    assertThat(influence.metric()).isEqualTo("block-influence");
    assertThat(influence.tau()).isEmpty();
    assertThat(magnitude.metric()).isEqualTo("relative-magnitude");
    assertThat(magnitude.tau()).isEmpty();
  }

  @Test
  void refusesDataThatIsAllPadding() {
    ToyModel model = new ToyModel(1, 2, Orientation.OUT_IN).batch(false);

    assertThatThrownBy(() -> new BlockInfluence().score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The forward pass showed no token of the activation residual1:");
  }

  @Test
  void refusesALayerWhoseInputIsNotShownBeforeItsOutput() {
    ToyModel model = model(7);
    model.batches.forEach(batch -> batch.activations().remove("residual1"));

    assertThatThrownBy(() -> new BlockInfluence().score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The forward pass showed the output residual2 of layer 1 but not its input residual1"
                + " before it: correct the layer map.");
  }

  @Test
  void refusesAnOutputOfAnotherShapeThanTheInput() {
    ToyModel model = single(new double[2][3], new double[2][4]);

    assertThatThrownBy(() -> new RelativeMagnitude().score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer 0 has input [2, 3] but output [2, 4]: both must be the residual stream.");
  }

  @Test
  void refusesActivationsThatAreNotNumbers() {
    ToyModel model = model(8);
    model.batches.get(0).activations().get("residual3")[0][0] = Double.NEGATIVE_INFINITY;

    assertThatThrownBy(() -> new RelativeMagnitude().score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The activation residual3 holds NaN or infinite values:");
  }

  private static ToyModel model(long seed) {
    return new ToyModel(seed, 3, Orientation.OUT_IN).batch(true, true).batch(false, true, true);
  }

  /** A model of one layer that has only a residual stream. */
  private static ToyModel single(double[][] input, double[][] output) {
    ToyModel model = new ToyModel(0, 1, Orientation.OUT_IN);
    boolean[] counted = new boolean[input.length];
    Arrays.fill(counted, true);
    Map<String, double[][]> activations = new LinkedHashMap<>();
    activations.put("residual0", input);
    activations.put("residual1", output);
    model.batches.add(new ToyModel.Batch(activations, counted));
    return model;
  }

  private static double[] means(ToyModel model, ToDoubleBiFunction<double[], double[]> comparison) {
    return model.layers.stream().mapToDouble(layer -> mean(model, layer, comparison)).toArray();
  }

  private static double mean(
      ToyModel model, Layer layer, ToDoubleBiFunction<double[], double[]> comparison) {
    List<double[]> before = model.countedTokens(layer.input());
    List<double[]> after = model.countedTokens(layer.output());
    double sum = 0;
    for (int token = 0; token < before.size(); token++) {
      sum += comparison.applyAsDouble(before.get(token), after.get(token));
    }
    return sum / before.size();
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
