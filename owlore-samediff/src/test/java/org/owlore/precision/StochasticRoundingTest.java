package org.owlore.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StochasticRoundingTest {

  @ParameterizedTest
  @EnumSource(HalfPrecision.class)
  void whatIsAHalfStaysWhatItIs(HalfPrecision precision) {
    for (int half = 0; half <= 0xFFFF; half++) {
      int single = precision.widen((short) half);
      assertThat(precision.narrow(single, 0)).isEqualTo((short) half);
      assertThat(precision.narrow(single, -1)).isEqualTo((short) half);
      assertThat(precision.narrow(single, half * 0x9E3779B9)).isEqualTo((short) half);
    }
  }

  @Property
  void theResultIsOneOfTheTwoNeighbours(
      @ForAll HalfPrecision precision, @ForAll float value, @ForAll int random) {
    int single = Float.floatToRawIntBits(value);
    short nearest = precision.narrow(single);
    short found = precision.narrow(single, random);

    double near = value(precision, nearest);
    double other = value(precision, found);
    assertThat(Math.abs(found - nearest)).isLessThanOrEqualTo(1);
    assertThat(Math.min(near, other) <= value || found == nearest).isTrue();
    assertThat(Math.max(near, other) >= value || found == nearest).isTrue();
  }

  @Property
  void theMeanIsTheNumberItself(
      @ForAll HalfPrecision precision, @ForAll @FloatRange(min = -3, max = 3) float value) {
    assertMeanIs(precision, value);
  }

  @Property
  void theMeanOfTinyNumbersIsTheNumberItself(
      @ForAll HalfPrecision precision,
      @ForAll @Scale(9) @FloatRange(min = -1e-4f, max = 1e-4f) float value) {
    assertMeanIs(precision, value);
  }

  /** Equidistant random bits, so that the mean is exact up to their number. */
  private static void assertMeanIs(HalfPrecision precision, float value) {
    int samples = 1 << 10;
    int single = Float.floatToRawIntBits(value);
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      sum += value(precision, precision.narrow(single, i << 22 | 1 << 21));
    }
    short nearest = precision.narrow(single);
    double spacing = Math.abs(value(precision, (short) (nearest + 1)) - value(precision, nearest));
    assertThat(sum / samples).isEqualTo(value, within(spacing / samples));
  }

  @ParameterizedTest
  @CsvSource({
    "IEEE, 65519",
    "IEEE, -65519",
    "IEEE, 65504.1",
    "BRAIN, 3.3953e38",
    "BRAIN, -3.3953e38"
  })
  void nothingThatFitsBecomesInfinite(HalfPrecision precision, float value) {
    double largest = value(precision, precision.narrow(Float.floatToRawIntBits(value)));
    for (int random : new int[] {0, -1, 1 << 31, 0x7FFF_FFFF}) {
      double found = value(precision, precision.narrow(Float.floatToRawIntBits(value), random));
      assertThat(found).isFinite().isEqualTo(largest);
    }
  }

  @ParameterizedTest
  @EnumSource(HalfPrecision.class)
  void whatIsNoNumberStaysNone(HalfPrecision precision) {
    for (int random : new int[] {0, -1}) {
      assertThat(of(precision, Float.NaN, random)).isNaN();
      assertThat(of(precision, Float.POSITIVE_INFINITY, random))
          .isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(of(precision, Float.NEGATIVE_INFINITY, random))
          .isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Property
  void theNoiseIsThatOfSeedVariableStepAndIndex(
      @ForAll long seed, @ForAll int step, @ForAll byte offset) {
    int[] all = new int[600];
    RoundingNoise.of(seed, "weight", step).fill(0, all, all.length);
    int start = 2 * (offset & 0x7F);
    int[] some = new int[101];
    RoundingNoise.of(seed, "weight", step).fill(start, some, some.length);
    for (int i = 0; i < some.length; i++) {
      assertThat(some[i]).isEqualTo(all[start + i]);
    }
  }

  @Property(tries = 20)
  void theNoiseOfAnotherSeedVariableOrStepIsAnother(@ForAll long seed) {
    Set<Integer> bits = new HashSet<>();
    for (RoundingNoise noise :
        new RoundingNoise[] {
          RoundingNoise.of(seed, "weight", 0),
          RoundingNoise.of(seed, "weight", 1),
          RoundingNoise.of(seed, "other", 0),
          RoundingNoise.of(seed + 1, "weight", 0)
        }) {
      int[] some = new int[50];
      noise.fill(0, some, some.length);
      for (int bit : some) {
        bits.add(bit);
      }
    }
    assertThat(bits).hasSizeGreaterThan(195);
  }

  private static double of(HalfPrecision precision, float value, int random) {
    return value(precision, precision.narrow(Float.floatToRawIntBits(value), random));
  }

  private static double value(HalfPrecision precision, short half) {
    return Float.intBitsToFloat(precision.widen(half));
  }
}
