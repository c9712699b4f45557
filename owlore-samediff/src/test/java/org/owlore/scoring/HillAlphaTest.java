package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

class HillAlphaTest {
  private static final LinearWeight LINEAR = new LinearWeight("w", "x", Orientation.OUT_IN);

  @Test
  void isTheHillEstimateOverTheUpperHalfOfTheEigenvalues() {
    // k = 2: alpha = 1 + 3 / (ln(4/4) + ln(8/4) + ln(32/4)) = 1 + 3 / (ln 2 + ln 8).
    assertThat(HillAlpha.ofSpectrum(new double[] {1, 2, 4, 8, 32}))
        .isCloseTo(1 + 3 / (4 * Math.log(2)), within(1e-12));
  }

  @Test
  void takesHalfOfAnEvenNumberOfEigenvalues() {
    assertThat(HillAlpha.ofSpectrum(new double[] {1, 2, 4, 8}))
        .isCloseTo(1 + 2 / Math.log(2), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "5, 12", "12, 5", "3, 40", "40, 3", "4, 3", "64, 65"})
  void usesTheSquaredSingularValuesOfTheWeight(int rows, int columns) {
    Random random = new Random(rows * 100L + columns);
    double[] singular = random.doubles(Math.min(rows, columns), 0.5, 20).sorted().toArray();
    double[][] weight = withSingularValues(singular, rows, columns, random);
    double[] eigenvalues = Arrays.stream(singular).map(s -> s * s).toArray();

    assertThat(HillAlpha.ofWeight(LINEAR, Nd4j.createFromArray(weight)))
        .isCloseTo(HillAlpha.ofSpectrum(eigenvalues), within(1e-9));
  }

  @ParameterizedTest
  @EnumSource
  void averagesOverTheLinearWeightsOfALayerHoweverTheyAreStored(Orientation orientation) {
    ToyModel model = new ToyModel(5, 3, orientation);
    double[] expected =
        model.layers.stream()
            .mapToDouble(
                layer ->
                    layer.linears().stream()
                        .mapToDouble(
                            linear ->
                                HillAlpha.ofWeight(
                                    linear, ToyModel.array(model.weights.get(linear.name()))))
                        .average()
                        .orElseThrow())
            .toArray();

    assertThat(new HillAlpha().score(model.scorable()).toArray())
        .containsExactly(expected, within(1e-9));
  }

  @Test
  void aHeavierTailGivesALowerValue() {
    double[] light = {1, 1.1, 1.2, 1.3, 1.4, 1.5};
    double[] heavy = {1, 1.1, 1.2, 1.3, 10, 100};

    assertThat(HillAlpha.ofSpectrum(heavy)).isLessThan(HillAlpha.ofSpectrum(light));
  }

  @Test
  void aLargeWeightIsReadPieceByPiece() {
    Random random = new Random(1);
    double[] singular = {1, 2, 5};
    double[][] weight = withSingularValues(singular, 3, 3, random);
    INDArray copies = Nd4j.createUninitialized(DataType.DOUBLE, 3, 2_900_000);
    copies.assign(0);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        copies.putScalar(i, j * 1_400_000, weight[i][j]);
      }
    }

    assertThat(HillAlpha.ofWeight(LINEAR, copies))
        .isCloseTo(HillAlpha.ofSpectrum(new double[] {1, 4, 25}), within(1e-9));
  }

  @Test
  void singularValuesOfZeroDoNotCount() {
    Random random = new Random(6);
    double[][] weight = withSingularValues(new double[] {0, 0, 0, 1, 2, 3, 4}, 7, 9, random);

    assertThat(HillAlpha.ofWeight(LINEAR, Nd4j.createFromArray(weight)))
        .isCloseTo(HillAlpha.ofSpectrum(new double[] {1, 4, 9, 16}), within(1e-9));
  }

  @Test
  void readsLowerPrecisionWeights() {
    double[][] weight = {{1, 2, 3}, {0, 4, 1}, {5, 0, 2}};
    INDArray exact = Nd4j.createFromArray(weight);

    assertThat(HillAlpha.ofWeight(LINEAR, exact.castTo(DataType.BFLOAT16)))
        .isEqualTo(HillAlpha.ofWeight(LINEAR, exact));
  }

  @Test
  void carriesItsNameAndMarksLowScoresAsImportant() {
    LayerScores scores = new HillAlpha().score(new ToyModel(5, 1, Orientation.OUT_IN).scorable());

    assertThat(scores.metric()).isEqualTo("hill-alpha");
    assertThat(scores.lowMeansImportant()).isTrue();
  }

  @Test
  void refusesAWeightOfZeros() {
    assertUndefined(Nd4j.zeros(DataType.FLOAT, 4, 5));
  }

  @Test
  void refusesAFlatSpectrum() {
    assertUndefined(Nd4j.eye(6).castTo(DataType.FLOAT));
  }

  @Test
  void refusesAWeightWithOneRow() {
    assertUndefined(Nd4j.rand(DataType.FLOAT, 1, 5));
  }

  @Test
  void refusesWeightsThatAreNotNumbers() {
    INDArray weight = Nd4j.rand(DataType.FLOAT, 4, 5);
    weight.putScalar(2, 3, Float.NaN);

    assertThatThrownBy(() -> HillAlpha.ofWeight(LINEAR, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The weight w holds NaN or infinite values:");
  }

  private static void assertUndefined(INDArray weight) {
    assertThatThrownBy(() -> HillAlpha.ofWeight(LINEAR, weight))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The weight w has no Hill alpha: it needs at least three singular values above 0 that differ.");
  }

  /**
   * A diagonal matrix turned by a random reflection on either side, which keeps its singular
   * values.
   */
  private static double[][] withSingularValues(
      double[] singular, int rows, int columns, Random random) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < singular.length; i++) {
      matrix[i][i] = singular[i];
    }
    double[] left = unit(rows, random);
    double[] right = unit(columns, random);
    for (int j = 0; j < columns; j++) {
      double product = 0;
      for (int i = 0; i < rows; i++) {
        product += left[i] * matrix[i][j];
      }
      for (int i = 0; i < rows; i++) {
        matrix[i][j] -= 2 * left[i] * product;
      }
    }
    for (double[] row : matrix) {
      double product = 0;
      for (int j = 0; j < columns; j++) {
        product += right[j] * row[j];
      }
      for (int j = 0; j < columns; j++) {
        row[j] -= 2 * right[j] * product;
      }
    }
    return matrix;
  }

  private static double[] unit(int length, Random random) {
    double[] vector = random.doubles(length, -1, 1).toArray();
    double norm = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
    return Arrays.stream(vector).map(v -> v / norm).toArray();
  }
}
