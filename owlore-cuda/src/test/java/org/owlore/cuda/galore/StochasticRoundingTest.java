package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.precision.NarrowWeight;
import org.owlore.precision.RoundingNoise;

class StochasticRoundingTest {
  private static final int LENGTH = 40_000;
  private final InterpretedDevice device = new InterpretedDevice();

  /** All bit patterns of finite numbers are as likely. */
  private static INDArray numbersOfAnySize(double largest) {
    Random random = new Random(3);
    float[] numbers = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      do {
        numbers[i] = Float.intBitsToFloat(random.nextInt());
      } while (!(Math.abs(numbers[i]) <= largest));
    }
    return Nd4j.createFromArray(numbers);
  }

  private INDArray rounded(INDArray numbers, NumberType type, RoundingNoise noise) {
    DeviceMemory in = device.holding(numbers);
    DeviceMemory key = device.holding(Nd4j.createFromArray(noise.getKey()));
    DeviceMemory out = device.allocate(2L * LENGTH);
    KernelBuilder kernel = new KernelBuilder("round", List.of((long) LENGTH), List.of());
    int values = kernel.parameter(NumberType.FLOAT32, false);
    int keys = kernel.parameter(NumberType.INT64, false);
    int results = kernel.parameter(type, true);
    StochasticRounding rounding = new StochasticRounding(kernel);
    int random = rounding.noise(kernel.load(keys, Index.ZERO), kernel.element());
    int value = kernel.load(values, kernel.element());
    kernel.store(results, kernel.element(), rounding.rounded(type, value, random));
    device.launch(kernel.build(), List.of(in.start(), key.start(), out.start()));
    return device.array(out.start(), type.getDataType(), LENGTH);
  }

  /** From a weight of zeros the host subtracts the numbers' opposite: nothing but rounding. */
  private static INDArray roundedByTheHost(INDArray numbers, DataType type, RoundingNoise noise) {
    INDArray weight = Nd4j.create(type, LENGTH);
    new NarrowWeight(weight).subtract(numbers.neg(), 0, noise);
    return weight;
  }

  @ParameterizedTest
  @CsvSource({"BFLOAT16, 3.3e38", "FLOAT16, 65500", "FLOAT16, 1e-4", "FLOAT16, 1e-7"})
  void roundsEveryNumberToTheBitAsTheHostDoes(NumberType type, double largest) {
    INDArray numbers = numbersOfAnySize(largest);
    RoundingNoise noise = RoundingNoise.of(5, "weight", 9);
    INDArray expected = roundedByTheHost(numbers, type.getDataType(), noise);
    INDArray actual = rounded(numbers, type, noise);
    assertThat(actual.data().asBytes()).isEqualTo(expected.data().asBytes());
  }

  @ParameterizedTest
  @EnumSource(
      value = NumberType.class,
      names = {"BFLOAT16", "FLOAT16"})
  void keepsNumbersThatAreTooLargeOrNone(NumberType type) {
    INDArray numbers = Nd4j.create(DataType.FLOAT, LENGTH);
    numbers.putScalar(0, Float.NaN);
    numbers.putScalar(1, Float.POSITIVE_INFINITY);
    numbers.putScalar(2, Float.NEGATIVE_INFINITY);
    numbers.putScalar(3, Float.MAX_VALUE);
    INDArray actual =
        rounded(numbers, type, RoundingNoise.of(5, "weight", 9)).castTo(DataType.FLOAT);
    assertThat(actual.getFloat(0)).isNaN();
    assertThat(actual.getFloat(1)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(actual.getFloat(2)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(actual.getFloat(3)).isEqualTo(Float.POSITIVE_INFINITY);
  }
}
