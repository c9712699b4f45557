package org.owlore.cuda.galore;

import java.util.List;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

/** The kernels of a refresh. */
record SubspaceKernels(Kernels kernels) {
  private static final long INFINITY = 0x7F80_0000L;
  private static final int MANTISSA_BITS = 23;

  /** Exponents, as float32 stores them, whose opposite is one, too. */
  private static final long LARGEST_EXPONENT = 253;

  /** Rows this much shorter than the longest are rounding errors. */
  private static final double NEGLIGIBLE = 1e-5;

  /**
   * The largest magnitude in each row; infinite where a number is not finite.
   *
   * <p>Parameters: the matrix; receives {@code [rows]}.
   */
  Kernel magnitudes(long rows, long columns) {
    return kernels.once(
        "magnitudes",
        List.of(rows),
        List.of(columns),
        kernel -> {
          int matrix = kernel.parameter(NumberType.FLOAT32, false);
          int result = kernel.parameter(NumberType.FLOAT32, true);
          int number = kernel.load(matrix, kernel.element());
          int infinity = kernel.apply(Function.REAL_OF_BITS, kernel.integer(INFINITY));
          int magnitude =
              kernel.apply(
                  Function.SELECT,
                  kernel.apply(Function.IS_FINITE, number),
                  kernel.apply(Function.ABSOLUTE, number),
                  infinity);
          int row = kernel.reduce(Reduction.MAXIMUM, magnitude);
          kernel.store(result, kernel.position().get(0), row);
        });
  }

  /**
   * Brings numbers to about 1, exactly, by a power of 2: their squares neither overflow nor vanish.
   * Makes them all 0 if one is not finite.
   *
   * <p>Parameters: the numbers; their largest magnitude.
   */
  Kernel scale(long numbers) {
    return scaled("scale", numbers, true);
  }

  /**
   * Undoes {@link #scale}.
   *
   * <p>Parameters: the numbers; their largest magnitude before.
   */
  Kernel unscale(long numbers) {
    return scaled("unscale", numbers, false);
  }

  private Kernel scaled(String name, long numbers, boolean down) {
    return kernels.once(
        name,
        numbers,
        kernel -> {
          int values = kernel.parameter(NumberType.FLOAT32, true);
          int magnitude = kernel.load(kernel.parameter(NumberType.FLOAT32, false), Index.ZERO);
          int bits = kernel.apply(Function.BITS_OF_REAL, magnitude);
          int exponent = kernel.apply(Function.SHIFT_RIGHT, bits, kernel.integer(MANTISSA_BITS));
          int bounded =
              kernel.apply(
                  Function.MINIMUM,
                  kernel.apply(Function.MAXIMUM, exponent, kernel.integer(1)),
                  kernel.integer(LARGEST_EXPONENT));
          int factorExponent =
              down
                  ? kernel.apply(Function.SUBTRACT, kernel.integer(LARGEST_EXPONENT + 1), bounded)
                  : bounded;
          int factor =
              kernel.apply(
                  Function.REAL_OF_BITS,
                  kernel.apply(
                      Function.MULTIPLY, factorExponent, kernel.integer(1L << MANTISSA_BITS)));
          int product =
              kernel.apply(Function.MULTIPLY, kernel.load(values, kernel.element()), factor);
          int finite = kernel.apply(Function.IS_FINITE, magnitude);
          int result = kernel.apply(Function.SELECT, finite, product, kernel.real(0));
          kernel.store(values, kernel.element(), result);
        });
  }

  /**
   * Makes rows of unit length of a matrix, and of zeros where a row is negligible.
   *
   * <p>Parameters: the matrix; eigenvalues, the first of which is minus the square of the longest
   * row's length.
   */
  Kernel normalize(long rows, long columns) {
    return kernels.once(
        "normalize",
        List.of(rows),
        List.of(columns),
        kernel -> {
          int matrix = kernel.parameter(NumberType.FLOAT32, true);
          int eigenvalues = kernel.parameter(NumberType.FLOAT32, false);
          int number = kernel.load(matrix, kernel.element());
          int square =
              kernel.reduce(Reduction.SUM, kernel.apply(Function.MULTIPLY, number, number));
          int bound =
              kernel.apply(
                  Function.MULTIPLY,
                  kernel.load(eigenvalues, Index.ZERO),
                  kernel.real(-NEGLIGIBLE * NEGLIGIBLE));
          int counts = kernel.apply(Function.LESS, bound, square);
          int positive = kernel.apply(Function.LESS, kernel.real(0), square);
          int keeps = kernel.apply(Function.AND, counts, positive);
          int length = kernel.apply(Function.SQUARE_ROOT, square);
          int unit = kernel.apply(Function.DIVIDE, number, length);
          int result = kernel.apply(Function.SELECT, keeps, unit, kernel.real(0));
          kernel.store(matrix, kernel.element(), result);
        });
  }

  /**
   * Turns each row that points away from the one that it succeeds.
   *
   * <p>Parameters: the matrix; the one before.
   */
  Kernel align(long rows, long columns) {
    return kernels.once(
        "align",
        List.of(rows),
        List.of(columns),
        kernel -> {
          int matrix = kernel.parameter(NumberType.FLOAT32, true);
          int former = kernel.parameter(NumberType.FLOAT32, false);
          int number = kernel.load(matrix, kernel.element());
          int product =
              kernel.apply(Function.MULTIPLY, number, kernel.load(former, kernel.element()));
          int away =
              kernel.apply(Function.LESS, kernel.reduce(Reduction.SUM, product), kernel.real(0));
          int opposite = kernel.apply(Function.NEGATE, number);
          int result = kernel.apply(Function.SELECT, away, opposite, number);
          kernel.store(matrix, kernel.element(), result);
        });
  }

  /**
   * Takes numbers over where all is well.
   *
   * <p>Parameters: the target; the source; status.
   */
  Kernel keep(long numbers) {
    return kernels.once(
        "keep",
        numbers,
        kernel -> {
          int target = kernel.parameter(NumberType.FLOAT32, true);
          int source = kernel.parameter(NumberType.FLOAT32, false);
          int good = Status.good(kernel, Status.parameter(kernel));
          kernel.storeWhere(good, target, kernel.element(), kernel.load(source, kernel.element()));
        });
  }

  /**
   * Makes numbers 0 where all is well.
   *
   * <p>Parameters: the numbers; status.
   */
  Kernel reset(long numbers) {
    return kernels.once(
        "reset",
        numbers,
        kernel -> {
          int target = kernel.parameter(NumberType.FLOAT32, true);
          int good = Status.good(kernel, Status.parameter(kernel));
          kernel.storeWhere(good, target, kernel.element(), kernel.real(0));
        });
  }
}
