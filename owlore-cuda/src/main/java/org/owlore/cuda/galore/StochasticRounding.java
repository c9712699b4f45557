package org.owlore.cuda.galore;

import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;

/**
 * Rounding of float32 to one of the two 16-bit numbers around it, the nearer the likelier: bit for
 * bit what {@link org.owlore.precision.HalfPrecision} makes of the bits of {@link
 * org.owlore.precision.RoundingNoise}.
 *
 * @param kernel that rounds
 */
record StochasticRounding(KernelBuilder kernel) {
  private static final long INCREMENT = 0x9E3779B97F4A7C15L;
  private static final long MAGNITUDE = 0x7FFF_FFFFL;

  /** The smallest normal float16. */
  private static final double SMALLEST_NORMAL = 0x1p-14;

  /** The smallest float16 above 0. */
  private static final double SMALLEST = 0x1p-24;

  /** What is no float16 any more. */
  private static final double BEYOND = 0x1p16;

  /** 32 random bits of an element, as an integer from 0 on: SplitMix64, two elements a state. */
  int noise(int key, Index element) {
    int pair = kernel.position(element.dividedBy(2).plus(1));
    int state = add(key, multiply(pair, INCREMENT));
    int mixed = multiply(exclusiveOrShifted(state, 30), 0xBF58476D1CE4E5B9L);
    mixed = multiply(exclusiveOrShifted(mixed, 27), 0x94D049BB133111EBL);
    int random = exclusiveOrShifted(mixed, 31);
    int shift = kernel.position(element.modulo(2).times(Integer.SIZE));
    return and(kernel.apply(Function.SHIFT_RIGHT, random, shift), 0xFFFF_FFFFL);
  }

  /**
   * A real that storing in a type rounds no further, or that is too large for it.
   *
   * @param random 32 random bits, an integer
   */
  int rounded(NumberType type, int real, int random) {
    return type == NumberType.BFLOAT16 ? toBfloat16(real, random) : toFloat16(real, random);
  }

  private int toBfloat16(int real, int random) {
    int rounded = droppedLowBits(real, random, 16);
    int fits = kernel.apply(Function.IS_FINITE, rounded);
    return kernel.apply(Function.SELECT, fits, rounded, real);
  }

  private int toFloat16(int real, int random) {
    int rounded = droppedLowBits(real, random, 13);
    int fits = less(absolute(rounded), BEYOND);
    int normal = kernel.apply(Function.SELECT, fits, rounded, real);
    int isSmall = less(absolute(real), SMALLEST_NORMAL);
    return kernel.apply(Function.SELECT, isSmall, toSmallFloat16(real, random), normal);
  }

  /** Adds noise below the lowest bit that stays, then cuts: a carry rounds away from zero. */
  private int droppedLowBits(int real, int random, int dropped) {
    int bits = kernel.apply(Function.BITS_OF_REAL, real);
    int noise = kernel.apply(Function.SHIFT_RIGHT, random, kernel.integer(Integer.SIZE - dropped));
    int kept = and(add(bits, noise), 0xFFFF_FFFFL << dropped & 0xFFFF_FFFFL);
    return kernel.apply(Function.REAL_OF_BITS, kept);
  }

  /** Below the normal numbers the distance is the same everywhere. */
  private int toSmallFloat16(int real, int random) {
    int distances = kernel.apply(Function.MULTIPLY, absolute(real), kernel.real(1 / SMALLEST));
    int whole = kernel.apply(Function.FLOOR, distances);
    int rest = kernel.apply(Function.SUBTRACT, distances, whole);
    int chance = kernel.apply(Function.MULTIPLY, rest, kernel.real(0x1p32));
    int reached = add(kernel.apply(Function.TO_INTEGER, chance), random);
    int up = kernel.apply(Function.LESS_OR_EQUAL, kernel.integer(1L << 32), reached);
    int count = kernel.apply(Function.ADD, whole, kernel.apply(Function.TO_REAL, up));
    int magnitude = kernel.apply(Function.MULTIPLY, count, kernel.real(SMALLEST));
    int sign = and(kernel.apply(Function.BITS_OF_REAL, real), ~MAGNITUDE);
    int bits = kernel.apply(Function.BITS_OF_REAL, magnitude);
    return kernel.apply(Function.REAL_OF_BITS, kernel.apply(Function.EXCLUSIVE_OR, sign, bits));
  }

  private int exclusiveOrShifted(int integer, int shift) {
    int shifted = kernel.apply(Function.SHIFT_RIGHT, integer, kernel.integer(shift));
    return kernel.apply(Function.EXCLUSIVE_OR, integer, shifted);
  }

  private int add(int a, int b) {
    return kernel.apply(Function.ADD, a, b);
  }

  private int multiply(int a, long b) {
    return kernel.apply(Function.MULTIPLY, a, kernel.integer(b));
  }

  private int and(int a, long b) {
    return kernel.apply(Function.BITWISE_AND, a, kernel.integer(b));
  }

  private int absolute(int real) {
    return kernel.apply(Function.ABSOLUTE, real);
  }

  private int less(int real, double bound) {
    return kernel.apply(Function.LESS, real, kernel.real(bound));
  }
}
