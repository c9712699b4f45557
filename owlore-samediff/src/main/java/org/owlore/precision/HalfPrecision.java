package org.owlore.precision;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * The two 16-bit float formats, converted to and from float32 as raw bits.
 *
 * <p>Widening is exact; narrowing rounds to nearest, ties to even, overflows to infinity, keeps
 * denormals, signed zeros and what fits of a NaN's payload. So {@code narrow(widen(x)) == x} for
 * all 65,536 values.
 */
public enum HalfPrecision {
  /** IEEE 754 binary16: 5 bits of exponent, 10 of mantissa. */
  IEEE(HalfPrecision.INFINITE_HALF) {
    @Override
    public int widen(short half) {
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
    public short narrow(int single) {
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

    @Override
    short narrowAtRandom(int single, int random) {
      int sign = single >>> 16 & 0x8000;
      int magnitude = single & 0x7FFF_FFFF;
      if (magnitude >= OVERFLOWING_SINGLE) {
        return INFINITE_HALF;
      }
      if (magnitude >= SMALLEST_NORMAL_SINGLE) {
        int rebased = magnitude - EXPONENT_DIFFERENCE;
        int noise = random >>> Integer.SIZE - MANTISSA_DIFFERENCE;
        return (short) (sign | rebased + noise >>> MANTISSA_DIFFERENCE);
      }
      double noise = Integer.toUnsignedLong(random) * 0x1p-32;
      return (short) (sign | (int) (Float.intBitsToFloat(magnitude) / SMALLEST_HALF + noise));
    }
  },

  /** bfloat16: the upper half of a float32. */
  BRAIN(HalfPrecision.INFINITE_BRAIN) {
    @Override
    public int widen(short half) {
      return half << 16;
    }

    @Override
    public short narrow(int single) {
      if ((single & 0x7FFF_FFFF) > INFINITE_SINGLE) {
        int upper = single >>> 16;
        return (short) ((upper & 0x7F) == 0 ? upper | QUIET_BRAIN : upper);
      }
      return (short) roundAway(single, 16);
    }

    @Override
    short narrowAtRandom(int single, int random) {
      int magnitude = single & 0x7FFF_FFFF;
      return magnitude >= INFINITE_SINGLE
          ? INFINITE_BRAIN
          : (short) (single + (random >>> 16) >>> 16);
    }
  };

  private static final int INFINITE_SINGLE = 0x7F80_0000;
  private static final short INFINITE_HALF = 0x7C00;
  private static final short INFINITE_BRAIN = 0x7F80;
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

  private final int infinity;

  HalfPrecision(int infinity) {
    this.infinity = infinity;
  }

  /** The float32 bits of a half. */
  public abstract int widen(short half);

  /** The half nearest to a float32, both as bits. */
  public abstract short narrow(int single);

  /**
   * One of the two halves around a float32, the nearer the likelier, so that the mean over all
   * random bits is the float32 itself. A number that is a half stays what it is; what is larger
   * than the largest half goes to the nearest.
   *
   * @param single bits of a float32
   * @param random 32 uniformly random bits
   */
  public short narrow(int single, int random) {
    short half = narrowAtRandom(single, random);
    return (half & 0x7FFF) < infinity ? half : narrow(single);
  }

  /** As {@link #narrow(int, int)}; what comes out as infinity or NaN is looked at again. */
  abstract short narrowAtRandom(int single, int random);

  /**
   * The float32 bits of many halves.
   *
   * @param halves what is converted, from the beginning on
   * @param singles receives as many numbers
   * @param count how many
   */
  public void widen(short[] halves, int[] singles, int count) {
    for (int i = 0; i < count; i++) {
      singles[i] = widen(halves[i]);
    }
  }

  /**
   * The halves nearest to many float32, as {@link #narrow(int)} finds them.
   *
   * @param singles what is converted, from the beginning on
   * @param halves receives as many numbers
   * @param count how many
   * @throws ArithmeticException if a number is too large
   */
  public void narrow(int[] singles, short[] halves, int count) {
    for (int i = 0; i < count; i++) {
      halves[i] = fitting(singles[i], narrow(singles[i]));
    }
  }

  /**
   * One of the two halves around each of many float32, as {@link #narrow(int, int)} finds it.
   *
   * @param singles what is converted, from the beginning on
   * @param random as many times 32 random bits
   * @param halves receives as many numbers
   * @param count how many
   * @throws ArithmeticException if a number is too large
   */
  public void narrow(int[] singles, int[] random, short[] halves, int count) {
    for (int i = 0; i < count; i++) {
      halves[i] = fitting(singles[i], narrow(singles[i], random[i]));
    }
  }

  private short fitting(int single, short half) {
    if ((half & 0x7FFF) >= infinity && (single & 0x7FFF_FFFF) < INFINITE_SINGLE) {
      throw new ArithmeticException(Float.intBitsToFloat(single) + " is too large");
    }
    return half;
  }

  /**
   * The format of an element type.
   *
   * @throws IllegalArgumentException for other types than HALF and BFLOAT16
   */
  public static HalfPrecision of(DataType type) {
    return switch (type) {
      case HALF -> IEEE;
      case BFLOAT16 -> BRAIN;
      default -> throw new IllegalArgumentException(type + " is no float of 16 bits.");
    };
  }

  /** Drops low bits, rounding to nearest, ties to even. */
  private static int roundAway(int bits, int dropped) {
    int half = 1 << dropped - 1;
    int odd = bits >>> dropped & 1;
    return (bits + half - 1 + odd) >>> dropped;
  }
}
