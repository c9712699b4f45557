package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What every finder owes, and how near the randomized one comes to the exact one. */
class SubspaceFinderTest {

  static Stream<Arguments> findersAndMatrices() {
    return Stream.of(
            SubspaceFinder.exact(), SubspaceFinder.randomized(1), SubspaceFinder.automatic(1))
        .flatMap(
            finder ->
                Stream.of(
                    Arguments.of(finder, matrix(40, 90), "wide"),
                    Arguments.of(finder, matrix(90, 40), "tall"),
                    Arguments.of(finder, matrix(50, 50), "square"),
                    Arguments.of(finder, matrix(90, 40).transpose(), "transposed view"),
                    Arguments.of(finder, matrix(40, 90).castTo(DataType.FLOAT), "float32"),
                    Arguments.of(finder, matrix(6, 7), "hardly larger than the rank"),
                    Arguments.of(finder, Nd4j.zeros(DataType.FLOAT, 40, 90), "zero"),
                    Arguments.of(finder, Nd4j.ones(DataType.FLOAT, 90, 40), "rank one"),
                    Arguments.of(finder, matrix(40, 90).mul(1e-25).castTo(DataType.FLOAT), "tiny"),
                    Arguments.of(finder, matrix(40, 90).mul(1e18).castTo(DataType.FLOAT), "huge")));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("findersAndMatrices")
  void basesAreOrthonormalAndRowMajor(SubspaceFinder finder, INDArray matrix, String kind) {
    for (Side side : Side.values()) {
      try (Subspace found = finder.find(matrix, side, 5, null)) {
        assertThat(found.side()).isEqualTo(side);
        for (INDArray basis : new INDArray[] {found.left(), found.right()}) {
          if (basis != null) {
            assertThat(basis.ordering()).isEqualTo('c');
            assertThat(basis.dataType()).isEqualTo(matrix.dataType());
            INDArray gram = basis.transpose().mmul(basis).castTo(DataType.DOUBLE);
            double error = gram.distance2(Nd4j.eye(5).castTo(DataType.DOUBLE));
            assertThat(error).isLessThan(1e-5);
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("findersAndMatrices")
  void theMatrixStaysAsItIs(SubspaceFinder finder, INDArray matrix, String kind) {
    INDArray before = matrix.dup();
    finder.find(matrix, Side.BOTH, 5, null).close();
    assertThat(matrix).isEqualTo(before);
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(40, 90, 5),
        Arguments.of(90, 40, 5),
        Arguments.of(33, 33, 8),
        Arguments.of(7, 64, 6));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void exactVectorsEqualThoseOfJacobiRotationsUpToSign(int rows, int columns, int rank) {
    INDArray matrix = matrix(rows, columns);
    double[][] values = matrix.toDoubleMatrix();
    double[][] left = NaiveGaLore.leftVectors(values, rank);
    double[][] right = NaiveGaLore.leftVectors(NaiveGaLore.transpose(values), rank);
    Subspace found = SubspaceFinder.exact().find(matrix, Side.BOTH, rank, null);
    for (int k = 0; k < rank; k++) {
      assertThat(cosine(found.left(), left, k)).isCloseTo(1, offset(1e-9));
      assertThat(cosine(found.right(), right, k)).isCloseTo(1, offset(1e-9));
    }
  }

  @Test
  void exactVectorsKeepWeakDirectionsThatAGramMatrixInSinglePrecisionLoses() {
    INDArray matrix = Gradients.decaying(DataType.FLOAT, 60, 100, 3, 5);
    Subspace wanted =
        SubspaceFinder.exact().find(matrix.castTo(DataType.DOUBLE), Side.BOTH, 30, null);
    Subspace found = SubspaceFinder.exact().find(matrix, Side.BOTH, 30, null);
    Subspace converted =
        new Subspace(found.left().castTo(DataType.DOUBLE), found.right().castTo(DataType.DOUBLE));
    assertThat(converted.overlap(wanted)).isGreaterThan(0.9999);
  }

  static Stream<Arguments> decayingSpectra() {
    return Stream.of(
        Arguments.of(256, 688, 32, 0.5),
        Arguments.of(688, 256, 32, 0.5),
        Arguments.of(300, 300, 16, 0.75),
        Arguments.of(256, 688, 32, 1.0),
        Arguments.of(200, 600, 48, 1.0),
        Arguments.of(256, 688, 32, 3.0));
  }

  @ParameterizedTest
  @MethodSource("decayingSpectra")
  void theRandomizedSubspaceOfAGradientOverlapsTheExactOneBy99Percent(
      int rows, int columns, int rank, double decay) {
    INDArray matrix = Gradients.decaying(DataType.FLOAT, rows, columns, decay, 11);
    for (Side side : Side.values()) {
      try (Subspace exact = SubspaceFinder.exact().find(matrix, side, rank, null);
          Subspace randomized = SubspaceFinder.randomized(7).find(matrix, side, rank, null)) {
        assertThat(randomized.overlap(exact)).as(side.name()).isGreaterThan(0.99);
      }
    }
  }

  @Test
  void theRandomizedSubspaceIsReproducibleAndLeavesTheGlobalGeneratorAlone() {
    INDArray matrix = matrix(60, 90);
    Nd4j.getRandom().setSeed(5);
    final double next = Nd4j.rand(DataType.DOUBLE, 1).getDouble(0);
    Nd4j.getRandom().setSeed(5);
    Subspace one = SubspaceFinder.randomized(3).find(matrix, Side.LEFT, 5, null);
    Subspace two = SubspaceFinder.randomized(3).find(matrix, Side.LEFT, 5, null);
    Subspace other = SubspaceFinder.randomized(4).find(matrix, Side.LEFT, 5, null);
    assertThat(one.left().distance2(two.left())).isZero();
    assertThat(one.left().distance2(other.left())).isPositive();
    assertThat(Nd4j.rand(DataType.DOUBLE, 1).getDouble(0)).isEqualTo(next);
  }

  @Test
  void theAutomaticFinderIsExactForSmallMatricesAndRandomizedForLargeOnes() {
    INDArray small = matrix(100, 120);
    INDArray large = Gradients.decaying(DataType.FLOAT, 520, 530, 1, 3);
    SubspaceFinder automatic = SubspaceFinder.automatic(3);
    assertThat(automatic.find(small, Side.LEFT, 5, null).left())
        .isEqualTo(SubspaceFinder.exact().find(small, Side.LEFT, 5, null).left());
    assertThat(automatic.find(large, Side.LEFT, 5, null).left())
        .isEqualTo(SubspaceFinder.randomized(3).find(large, Side.LEFT, 5, null).left());
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("findersAndMatrices")
  void signsFollowThePreviousSubspace(SubspaceFinder finder, INDArray matrix, String kind) {
    Subspace first = finder.find(matrix, Side.BOTH, 5, null);
    Subspace flipped = new Subspace(first.left().neg(), first.right().neg());
    Subspace next = finder.find(matrix, Side.BOTH, 5, flipped);
    assertThat(next.left()).isEqualTo(flipped.left());
    assertThat(next.right()).isEqualTo(flipped.right());
  }

  @Test
  void aMatrixWhoseSquaresOverflowIsRefused() {
    INDArray matrix = matrix(10, 20).mul(1e200);
    assertThatThrownBy(() -> SubspaceFinder.exact().find(matrix, Side.LEFT, 5, null))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("no eigenvectors of a 10 x 10 matrix");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> new RandomizedSubspace(-0.5, 2, 0))
        .hasMessage("The oversampling must be a number of at least 0, but is -0.5.");
    assertThatThrownBy(() -> new RandomizedSubspace(Double.NaN, 2, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RandomizedSubspace(0.5, -1, 0))
        .hasMessage("The number of power iterations must be at least 0, but is -1.");
  }

  private static double cosine(INDArray basis, double[][] wanted, int column) {
    double sum = 0;
    for (int i = 0; i < wanted.length; i++) {
      sum += basis.getDouble(i, column) * wanted[i][column];
    }
    return Math.abs(sum);
  }

  private static INDArray matrix(int rows, int columns) {
    return Gradients.array(
        DataType.DOUBLE, Gradients.drifting(rows, columns, 8, 1, rows + 100L * columns)[0]);
  }
}
