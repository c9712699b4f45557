package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.precision.StorageType;

class RepeatedNoiseTest {
  private static final int PERIOD = 1_000_003;

  private static RepeatedNoise noise(StorageType storage) {
    return new RepeatedNoise(BenchmarkModel.TINY.config(), 1, storage);
  }

  @Test
  void matricesAreNormalAndOfTheStandardDeviationThatIsConfigured() {
    INDArray matrix = noise(StorageType.FLOAT32).weight("some.weight", 500, 400);

    assertThat(matrix.meanNumber().doubleValue()).isCloseTo(0, within(1e-3));
    assertThat(matrix.stdNumber().doubleValue()).isCloseTo(0.02, within(1e-3));
  }

  @Test
  void everyNumberOfAMatrixLargerThanThePeriodIsFilledWithTheOneAPeriodBefore() {
    INDArray matrix = noise(StorageType.FLOAT32).weight("some.weight", 1024, 2048).ravel();

    for (long i = PERIOD; i < matrix.length(); i += 9973) {
      assertThat(matrix.getFloat(i)).isEqualTo(matrix.getFloat(i - PERIOD)).isNotZero();
    }
    assertThat(matrix.getFloat(matrix.length() - 1)).isNotZero();
  }

  @Test
  void narrowWeightsAreTheSameNumbersRounded() {
    INDArray wide = noise(StorageType.FLOAT32).weight("some.weight", 30, 20);
    INDArray narrow = noise(StorageType.BF16).weight("some.weight", 30, 20);

    assertThat(narrow.dataType()).isEqualTo(DataType.BFLOAT16);
    assertThat(narrow.castTo(DataType.FLOAT).distance2(wide) / wide.norm2Number().doubleValue())
        .isBetween(1e-6, 4e-3);
  }

  @Test
  void otherNamesHaveOtherNumbersAndNormsAreOne() {
    RepeatedNoise noise = noise(StorageType.BF16);

    assertThat(noise.weight("a.weight", 3, 4)).isNotEqualTo(noise.weight("b.weight", 3, 4));
    assertThat(noise.weight("model.norm.weight", 5).toFloatVector()).containsOnly(1);
    assertThat(noise.weight("model.norm.weight", 5).dataType()).isEqualTo(DataType.FLOAT);
  }
}
