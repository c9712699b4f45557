package org.owlore.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NarrowWeightTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"HALF", "BFLOAT16"})
  void anUpdateOfRepresentableNumbersIsExact(DataType type) {
    INDArray weight = Nd4j.createFromArray(1f, -2f, 0.5f, 0f).castTo(type);

    new NarrowWeight(weight)
        .subtract(Nd4j.createFromArray(0.25f, 1f, 0.5f, -3f), 0, RoundingNoise.of(0, "weight", 0));

    assertThat(weight.castTo(DataType.FLOAT).toFloatVector()).containsExactly(0.75f, -3f, 0f, 3f);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"HALF", "BFLOAT16"})
  void updatesBelowThePrecisionCountOnAverage(DataType type) {
    long length = 300_001; // more than one thread's share, and odd
    INDArray weight = Nd4j.ones(type, length);
    INDArray update = Nd4j.ones(DataType.FLOAT, length).muli(-1e-4);

    for (int step = 0; step < 5; step++) {
      new NarrowWeight(weight).subtract(update, 0, RoundingNoise.of(7, "weight", step));
    }

    double spread = Math.sqrt(5e-4 * 0x1p-7 / length);
    assertThat(weight.castTo(DataType.DOUBLE).meanNumber().doubleValue())
        .isEqualTo(1 + 5e-4, within(6 * spread));
  }

  @Test
  void decayShrinksTheUpdatedWeight() {
    INDArray weight = Nd4j.createFromArray(8f, -8f).castTo(DataType.BFLOAT16);

    new NarrowWeight(weight)
        .subtract(Nd4j.createFromArray(4f, 4f), 0.25, RoundingNoise.of(0, "weight", 0));

    assertThat(weight.castTo(DataType.FLOAT).toFloatVector()).containsExactly(3f, -9f);
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    assertThat(updated(3)).containsExactly(updated(3)).isNotEqualTo(updated(4));
  }

  private static float[] updated(long seed) {
    INDArray weight = Nd4j.ones(DataType.BFLOAT16, 1000);
    INDArray update = Nd4j.linspace(DataType.FLOAT, -0.01, 2e-5, 1000);
    new NarrowWeight(weight).subtract(update, 0, RoundingNoise.of(seed, "weight", 0));
    return weight.castTo(DataType.FLOAT).toFloatVector();
  }

  @Test
  void anUpdateMayBeAViewIntoLargerMemory() {
    INDArray memory = Nd4j.createFromArray(100f, 100f, 1f, 2f);
    INDArray weight = Nd4j.createFromArray(3f, 3f).castTo(DataType.BFLOAT16);

    new NarrowWeight(weight)
        .subtract(memory.get(NDArrayIndex.interval(2, 4)), 0, RoundingNoise.of(0, "weight", 0));

    assertThat(weight.castTo(DataType.FLOAT).toFloatVector()).containsExactly(2f, 1f);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"HALF", "BFLOAT16"})
  void assigningRoundsToNearestAsNd4jCasts(DataType type) {
    INDArray master = Nd4j.randn(DataType.FLOAT, 700, 500);
    INDArray weight = Nd4j.create(type, 700, 500);

    new NarrowWeight(weight).assign(master);

    assertThat(weight).isEqualTo(master.castTo(type));
  }

  @Test
  void aNumberThatIsTooLargeIsAnErrorAndNotInfinity() {
    INDArray weight = Nd4j.createFromArray(65504f, 1f).castTo(DataType.HALF);
    INDArray update = Nd4j.createFromArray(-100f, 0f);

    assertThatThrownBy(
            () -> new NarrowWeight(weight).subtract(update, 0, RoundingNoise.of(0, "weight", 0)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("65604.0 is too large");
    assertThatThrownBy(() -> new NarrowWeight(weight).assign(Nd4j.createFromArray(1e5f, 1f)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("100000.0 is too large");
    assertThat(weight.castTo(DataType.FLOAT).maxNumber().doubleValue()).isEqualTo(65504);
  }

  @Test
  void theFirstFailureOfManyThreadsKeepsItsMessage() {
    INDArray weight = Nd4j.create(DataType.HALF, 1_000_000);
    INDArray master = Nd4j.ones(DataType.FLOAT, 1_000_000);
    master.putScalar(999_999, 1e6);

    assertThatThrownBy(() -> new NarrowWeight(weight).assign(master))
        .hasMessage("1000000.0 is too large");
  }

  @Test
  void otherTypesAndShapesAreRefused() {
    assertThatThrownBy(() -> new NarrowWeight(Nd4j.create(DataType.FLOAT, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("FLOAT is no float of 16 bits.");
    NarrowWeight weight = new NarrowWeight(Nd4j.create(DataType.HALF, 2, 3));
    assertThatThrownBy(() -> weight.assign(Nd4j.create(DataType.FLOAT, 3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A weight of shape [2, 3] takes FLOAT of that shape, but was given FLOAT of shape [3, 2].");
    assertThatThrownBy(() -> weight.assign(Nd4j.create(DataType.DOUBLE, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DOUBLE");
  }
}
