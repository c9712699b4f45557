package org.owlore.precision;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HalfPrecisionTest {

  @ParameterizedTest
  @EnumSource(HalfPrecision.class)
  void everyHalfComesBackFromFloatBitByBit(HalfPrecision precision) {
    for (int half = 0; half <= 0xFFFF; half++) {
      assertThat(precision.narrow(precision.widen((short) half))).isEqualTo((short) half);
    }
  }

  @Test
  void ieeeHalvesHaveTheValueOfTheirDefinition() {
    for (int half = 0; half < 0x7C00; half++) {
      int exponent = half >> 10;
      int mantissa = half & 0x3FF;
      double value =
          exponent == 0
              ? mantissa * 0x1p-24
              : (1 + mantissa / 1024.0) * Math.scalb(1.0, exponent - 15);
      assertThat((double) widened(HalfPrecision.IEEE, half)).isEqualTo(value);
      assertThat((double) widened(HalfPrecision.IEEE, half | 0x8000)).isEqualTo(-value);
    }
  }

  @Property
  void narrowingPicksTheNearestIeeeHalf(@ForAll float value) {
    assertNearest(HalfPrecision.IEEE, value, 65_520);
  }

  @Property
  void narrowingPicksTheNearestBrainHalf(@ForAll float value) {
    assertNearest(HalfPrecision.BRAIN, value, 3.3961775e38);
  }

  @ParameterizedTest
  @CsvSource({
    "1.00048828125, 1.0", // half way between 1 and 1 + 2^-10: to even, down
    "1.00146484375, 1.001953125", // half way between odd and even: up
    "2.98023223876953125e-8, 0", // half of the smallest denormal
    "2.9802326e-8, 5.9604644775390625e-8", // just above it
    "65519.99, 65504",
    "65520, Infinity",
    "-1e30, -Infinity",
  })
  void ieeeTiesGoToEven(float value, float expected) {
    int half = HalfPrecision.IEEE.narrow(Float.floatToRawIntBits(value));

    assertThat(widened(HalfPrecision.IEEE, half)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"1.00390625, 1.0", "1.01171875, 1.015625", "3.4e38, Infinity"})
  void brainTiesGoToEven(float value, float expected) {
    int half = HalfPrecision.BRAIN.narrow(Float.floatToRawIntBits(value));

    assertThat(widened(HalfPrecision.BRAIN, half)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(HalfPrecision.class)
  void aNanStaysANanEvenIfItsPayloadDoesNotFit(HalfPrecision precision) {
    assertThat(widened(precision, precision.narrow(0x7F80_0001))).isNaN();
    assertThat(widened(precision, precision.narrow(0xFF80_0001))).isNaN();
  }

  private static void assertNearest(HalfPrecision precision, float value, double overflow) {
    short half = precision.narrow(Float.floatToRawIntBits(value));
    double found = widened(precision, half);
    if (Math.abs((double) value) >= overflow) {
      assertThat(found).isInfinite();
      return;
    }
    double error = Math.abs(found - value);
    for (int neighbour : new int[] {half - 1, half + 1}) {
      double other = widened(precision, neighbour);
      if (!Double.isNaN(other) && !Double.isInfinite(other)) {
        assertThat(error).isLessThanOrEqualTo(Math.abs(other - value));
      }
    }
  }

  private static float widened(HalfPrecision precision, int half) {
    return Float.intBitsToFloat(precision.widen((short) half));
  }
}
