package org.owlore.huggingface;

/**
 * The two 16-bit float formats, converted to and from float32 as raw bits.
 *
 * <p>Widening is exact; narrowing rounds to nearest, ties to even, overflows to infinity, keeps
 * denormals, signed zeros and what fits of a NaN's payload. So {@code narrow(widen(x)) == x} for
 * all 65,536 values.
 */
enum HalfPrecision {
  /** IEEE 754 binary16: 5 bits of exponent, 10 of mantissa. */
  IEEE {
    @Override
    int widen(short half) {
      int sign = (half & 0x8000) << 16;
      int magnitude = half & 0x7FFF;
      if (magnitude >= INFINITE_HALF) {
        return sign | INFINITE_SINGLE | (magnitude - INFINITE_HALF) << MANTISSA_DIFFERENCE;
      }
      if (magnitude >= SMALLEST_NORMAL_HALF) {
        return sign | (magnitude << MANTISSA_DIFFERENCE) + EXPONENT_DIFFERENCE;
      }
      return sign | Float.floatToRawIntBits(magnitude * SMALLEST_HALF);
    }

    @Override
    short narrow(int single) {
      int sign = single >>> 16 & 0x8000;
      int magnitude = single & 0x7FFF_FFFF;
      if (magnitude > INFINITE_SINGLE) {
        int payload = magnitude >>> MANTISSA_DIFFERENCE & 0x3FF;
        return (short) (sign | INFINITE_HALF | (payload == 0 ? QUIET_HALF : payload));
      }
      if (magnitude >= OVERFLOWING_SINGLE) {
        return (short) (sign | INFINITE_HALF);
      }
      if (magnitude >= SMALLEST_NORMAL_SINGLE) {
        int rebased = magnitude - EXPONENT_DIFFERENCE;
        return (short) (sign | roundAway(rebased, MANTISSA_DIFFERENCE));
      }
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) / SMALLEST_HALF));
    }
  },

  /** bfloat16: the upper half of a float32. */
  BRAIN {
    @Override
    int widen(short half) {
      return half << 16;
    }

    @Override
    short narrow(int single) {
      if ((single & 0x7FFF_FFFF) > INFINITE_SINGLE) {
        int upper = single >>> 16;
        return (short) ((upper & 0x7F) == 0 ? upper | QUIET_BRAIN : upper);
      }
      return (short) roundAway(single, 16);
    }
  };

  private static final int INFINITE_SINGLE = 0x7F80_0000;
  private static final int INFINITE_HALF = 0x7C00;
  private static final int QUIET_HALF = 0x200;
  private static final int QUIET_BRAIN = 0x40;
  private static final int SMALLEST_NORMAL_HALF = 0x400;
  private static final int MANTISSA_DIFFERENCE = 13;

  /** What the exponent of a float32 has more than that of a half, in its place. */
  private static final int EXPONENT_DIFFERENCE = (127 - 15) << 23;

  /** The float32 of 2^-14, the smallest normal half. */
  private static final int SMALLEST_NORMAL_SINGLE = 0x3880_0000;

  /** The float32 of 65520: what rounds to more than the largest half, 65504. */
  private static final int OVERFLOWING_SINGLE = 0x477F_F000;

  /** 2^-24, the smallest positive half. */
  private static final float SMALLEST_HALF = 0x1p-24f;

  /** The float32 bits of a half. */
  abstract int widen(short half);

  /** The half nearest to a float32, both as bits. */
  abstract short narrow(int single);

  /** Drops low bits, rounding to nearest, ties to even. */
  private static int roundAway(int bits, int dropped) {
    int half = 1 << dropped - 1;
    int odd = bits >>> dropped & 1;
    return (bits + half - 1 + odd) >>> dropped;
  }
}
