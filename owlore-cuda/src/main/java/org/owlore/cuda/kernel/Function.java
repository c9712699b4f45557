package org.owlore.cuda.kernel;

import lombok.Getter;
import lombok.RequiredArgsConstructor;

/** What a kernel can compute from a few numbers. */
@Getter
@RequiredArgsConstructor
public enum Function {
  /** a + b, of reals or of integers. */
  ADD(2),
  /** a - b, of reals or of integers. */
  SUBTRACT(2),
  /** a b, of reals or of integers. */
  MULTIPLY(2),
  /** a / b; of integers, rounded towards zero. */
  DIVIDE(2),
  /** The remainder of {@link #DIVIDE}, with the sign of a. */
  REMAINDER(2),
  /** a to the power of b, of reals. */
  POWER(2),
  /** The larger one; of reals, the other one if one is no number. */
  MAXIMUM(2),
  /** The smaller one; of reals, the other one if one is no number. */
  MINIMUM(2),
  /** -a. */
  NEGATE(1),
  /** Without sign. */
  ABSOLUTE(1),
  /** -1, 0 or 1. */
  SIGN(1),
  /** Square root. */
  SQUARE_ROOT(1),
  /** e to the power of a. */
  EXPONENTIAL(1),
  /** Natural logarithm. */
  LOGARITHM(1),
  /** Hyperbolic tangent. */
  TANH(1),
  /** 1 / (1 + e^-a). */
  SIGMOID(1),
  /** The error function. */
  ERROR_FUNCTION(1),
  /** Sine of an angle in radians. */
  SINE(1),
  /** Cosine of an angle in radians. */
  COSINE(1),
  /** The next integer below, as a real. */
  FLOOR(1),
  /** The next integer above, as a real. */
  CEILING(1),
  /** The nearest integer, as a real; halves to the even one. */
  ROUND(1),
  /** Whether a real is neither infinite nor no number. */
  IS_FINITE(1),
  /** a == b. */
  EQUAL(2),
  /** a != b. */
  NOT_EQUAL(2),
  /** a < b. */
  LESS(2),
  /** a <= b. */
  LESS_OR_EQUAL(2),
  /** Both, of truths. */
  AND(2),
  /** Either, of truths. */
  OR(2),
  /** The opposite truth. */
  NOT(1),
  /** The second if the first, a truth, holds; else the third. */
  SELECT(3),
  /** As a real; of a truth, 1 or 0. */
  TO_REAL(1),
  /** As an integer; a real loses its fraction, a truth becomes 1 or 0. */
  TO_INTEGER(1),
  /** Whether it is not zero. */
  TO_TRUTH(1),
  /** The nearest bfloat16, as a real; halves to even. */
  TO_BFLOAT16(1),
  /** The nearest IEEE float16, as a real; halves to even. */
  TO_FLOAT16(1),
  /** The 32 bits of a float32, as an integer from 0 on. */
  BITS_OF_REAL(1),
  /** The float32 that has the lowest 32 bits of an integer. */
  REAL_OF_BITS(1),
  /** a ^ b, bit by bit, of integers. */
  EXCLUSIVE_OR(2),
  /** a & b, bit by bit, of integers. */
  BITWISE_AND(2),
  /** a >>> b: zeros come in from the left, of integers. */
  SHIFT_RIGHT(2);

  /** Number of arguments. */
  private final int arity;

  /** The kind of the result. */
  NumberType.Kind resultKind(NumberType.Kind first, NumberType.Kind second) {
    return switch (this) {
      case IS_FINITE, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, AND, OR, NOT, TO_TRUTH ->
          NumberType.Kind.TRUTH;
      case TO_INTEGER, BITS_OF_REAL -> NumberType.Kind.INTEGER;
      case TO_REAL, REAL_OF_BITS -> NumberType.Kind.REAL;
      case SELECT -> second;
      default -> first;
    };
  }
}
