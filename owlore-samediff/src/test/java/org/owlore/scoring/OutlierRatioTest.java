package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

class OutlierRatioTest {

  @ParameterizedTest
  @CsvSource({"1, OUT_IN, 1.5", "2, IN_OUT, 1.5", "3, OUT_IN, 4", "4, IN_OUT, 4", "5, OUT_IN, 0.2"})
  void isTheShareThatANaiveCountOfTheWholeMatrixFinds(
      long seed, Orientation orientation, double tau) {
    ToyModel model =
        new ToyModel(seed, 4, orientation)
            .batch(true, true, true)
            .batch(true, false, true, true, false);

    assertThat(new OutlierRatio(tau).score(model.scorable()).toArray())
        .containsExactly(naive(model, tau), within(1e-9));
  }

  @Test
  void isInPercentOfAllEntriesOfTheLayerTogether() {
    ToyModel model = model();
    double unit = 100.0 / (6 * 9 + 6 * 3 + 9 * 6);

    for (double score : new OutlierRatio(3).score(model.scorable()).toArray()) {
      assertThat(score / unit).isCloseTo(Math.rint(score / unit), within(1e-9));
    }
  }

  @Test
  void carriesItsNameAndThreshold() {
    LayerScores scores = new OutlierRatio(7).score(model().scorable());

    assertThat(scores.metric()).isEqualTo("outlier-ratio");
    assertThat(scores.tau()).isEqualTo(OptionalDouble.of(7));
  }

  @Test
  void severalThresholdsInOnePassGiveWhatEachGivesAlone() {
    ScorableModel model = model().scorable();

    assertThat(OutlierRatio.scores(model, 5, 1, 3))
        .containsExactly(
            new OutlierRatio(5).score(model),
            new OutlierRatio(1).score(model),
            new OutlierRatio(3).score(model));
  }

  @Test
  void fallsAsTheThresholdRises() {
    List<LayerScores> scores = OutlierRatio.scores(model().scorable(), 0.5, 1, 2, 4, 8, 16);

    for (int i = 1; i < scores.size(); i++) {
      for (int layer = 0; layer < 3; layer++) {
        assertThat(scores.get(i).scores().get(layer))
            .isLessThanOrEqualTo(scores.get(i - 1).scores().get(layer));
      }
    }
  }

  @Test
  void anEntryEqualToTheThresholdIsNoOutlier() {
    ToyModel model = model();
    model.weights.values().forEach(weight -> fill(weight, 2));
    model.batches.forEach(batch -> batch.activations().values().forEach(values -> fill(values, 1)));

    assertThat(new OutlierRatio(1).score(model.scorable()).toArray()).containsOnly(0);
  }

  @Test
  void aLayerOfZerosHasNoOutliers() {
    ToyModel model = model();
    model.weights.values().forEach(weight -> fill(weight, 0));

    assertThat(new OutlierRatio(1).score(model.scorable()).toArray()).containsOnly(0);
  }

  @Test
  void scalingAllWeightsOfALayerChangesNothing() {
    ToyModel model = model();
    double[] before = new OutlierRatio(3).score(model.scorable()).toArray();
    model.weights.values().forEach(weight -> scale(weight, 8));

    assertThat(new OutlierRatio(3).score(model.scorable()).toArray()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void renumberingTheInputChannelsChangesNothing(long seed) {
    ToyModel model = model();
    double[] before = new OutlierRatio(3).score(model.scorable()).toArray();
    List<Integer> order = new ArrayList<>(IntStream.range(0, 9).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    permute(model.weights.get("1.out"), order);
    model.batches.forEach(batch -> permute(batch.activations().get("1.inner"), order));

    assertThat(new OutlierRatio(3).score(model.scorable()).toArray()).isEqualTo(before);
  }

  @Test
  void howTokensAreBatchedChangesNothing() {
    ToyModel model = new ToyModel(8, 2, Orientation.OUT_IN).batch(true, true, true, true);
    double[] before = new OutlierRatio(2).score(model.scorable()).toArray();
    ToyModel.Batch whole = model.batches.remove(0);
    for (int token = 0; token < 4; token++) {
      model.batch(true);
      int row = token;
      model
          .batches
          .get(token)
          .activations()
          .replaceAll((name, values) -> new double[][] {whole.activations().get(name)[row]});
    }

    assertThat(new OutlierRatio(2).score(model.scorable()).toArray()).isEqualTo(before);
  }

  @Test
  void paddingDoesNotCountWhateverItHolds() {
    ToyModel model = new ToyModel(9, 3, Orientation.OUT_IN).batch(true, false, true);
    double[] before = new OutlierRatio(2).score(model.scorable()).toArray();
    model.batches.get(0).activations().values().forEach(values -> values[1][2] = Double.NaN);

    assertThat(new OutlierRatio(2).score(model.scorable()).toArray()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void oneTokenAndOneLayerAreEnough(Orientation orientation) {
    ToyModel model = new ToyModel(10, 1, orientation).batch(true);

    assertThat(new OutlierRatio(2).score(model.scorable()).toArray())
        .containsExactly(naive(model, 2), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesAThresholdThatIsNoPositiveNumber(double tau) {
    assertThatThrownBy(() -> new OutlierRatio(tau))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tau is " + tau + ": it must be a number greater than 0.");
  }

  @Test
  void refusesAWrongThresholdAmongSeveral() {
    assertThatThrownBy(() -> OutlierRatio.scores(model().scorable(), 3, -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tau is -2.0: it must be a number greater than 0.");
  }

  @Test
  void refusesDataThatIsAllPadding() {
    ToyModel model = new ToyModel(1, 2, Orientation.OUT_IN).batch(false, false);

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The forward pass showed no token of the activation 0.hidden: the calibration data is"
                + " empty or all padding, or the layer map names a variable that the model does not"
                + " compute.");
  }

  @Test
  void refusesAnActivationThatTheModelDoesNotCompute() {
    ToyModel model = model();
    model.batches.forEach(batch -> batch.activations().remove("2.inner"));

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The forward pass showed no token of the activation 2.inner:");
  }

  @Test
  void refusesActivationsThatAreNotNumbers() {
    ToyModel model = model();
    model.batches.get(1).activations().get("1.inner")[0][3] = Double.NaN;

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The activation 1.inner holds NaN or infinite values: check the model's weights and"
                + " their data type.");
  }

  @Test
  void refusesWeightsThatAreNotNumbers() {
    ToyModel model = model();
    model.weights.get("1.key")[2][5] = Double.POSITIVE_INFINITY;

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The weight 1.key holds NaN or infinite values:");
  }

  @Test
  void refusesAMaskThatDoesNotFit() {
    ToyModel model = model();
    model.batches.add(new ToyModel.Batch(Map.of("0.hidden", new double[3][6]), new boolean[2]));

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The activation 0.hidden has 3 tokens but its mask has 2 entries.");
  }

  @Test
  void refusesAnActivationWhoseWidthChanges() {
    ToyModel model = model();
    model.batches.add(
        new ToyModel.Batch(Map.of("0.hidden", new double[1][7]), new boolean[] {true}));

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The activation 0.hidden has 6 channels in one batch and 7 in another.");
  }

  @Test
  void refusesAWeightOfTheOtherOrientation() {
    ToyModel model = model();
    LinearWeight right = model.layers.get(0).linears().get(2);
    LinearWeight wrong = new LinearWeight(right.name(), right.input(), Orientation.IN_OUT);
    Layer first = model.layers.get(0);
    model.layers.set(0, new Layer(0, List.of(wrong), List.of(), first.input(), first.output()));

    assertThatThrownBy(() -> new OutlierRatio(3).score(model.scorable()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The weight 0.out takes 6 input channels (IN_OUT) but the activation 0.inner has 9:"
                + " correct the layer map's orientation or input.");
  }

  private static ToyModel model() {
    return new ToyModel(7, 3, Orientation.OUT_IN).batch(true, true).batch(true, false, true);
  }

  /** Holds all entries of a layer in one list, as the definition says. */
  private static double[] naive(ToyModel model, double tau) {
    return model.layers.stream().mapToDouble(layer -> naive(model, layer, tau)).toArray();
  }

  private static double naive(ToyModel model, Layer layer, double tau) {
    List<Double> entries = new ArrayList<>();
    for (LinearWeight linear : layer.linears()) {
      for (double[] row : model.weights.get(linear.name())) {
        for (int in = 0; in < row.length; in++) {
          int channel = in;
          double energy =
              model.countedTokens(linear.input()).stream()
                  .mapToDouble(x -> x[channel] * x[channel])
                  .sum();
          entries.add(Math.abs(row[in]) * Math.sqrt(energy));
        }
      }
    }
    double mean = entries.stream().mapToDouble(a -> a).average().orElseThrow();
    return 100.0 * entries.stream().filter(a -> a > tau * mean).count() / entries.size();
  }

  private static void fill(double[][] matrix, double value) {
    for (double[] row : matrix) {
      Arrays.fill(row, value);
    }
  }

  private static void scale(double[][] matrix, double factor) {
    for (double[] row : matrix) {
      for (int i = 0; i < row.length; i++) {
        row[i] *= factor;
      }
    }
  }

  private static void permute(double[][] matrix, List<Integer> order) {
    for (double[] row : matrix) {
      double[] old = row.clone();
      for (int i = 0; i < row.length; i++) {
        row[i] = old[order.get(i)];
      }
    }
  }
}
