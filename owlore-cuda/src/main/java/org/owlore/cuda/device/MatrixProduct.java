package org.owlore.cuda.device;

import lombok.Builder;
import lombok.NonNull;
import org.owlore.cuda.kernel.NumberType;

/**
 * Products of matrices that lie row by row: C = factor A B + keep C, for each of a number of
 * batches. Sums are made in float32.
 *
 * @param rows of C, and of A after transposition
 * @param columns of C, and of B after transposition
 * @param inner columns of A and rows of B, after transposition
 * @param transposeLeft whether A lies in memory as [inner, rows]; else [rows, inner]
 * @param transposeRight whether B lies in memory as [columns, inner]; else [inner, columns]
 * @param batches how many products there are; default 1
 * @param leftStride elements from one A to the next; 0 where all share one
 * @param rightStride elements from one B to the next; 0 where all share one
 * @param outputStride elements from one C to the next
 * @param operands how A and B are stored; reals
 * @param output how C is stored: as the operands, or in float32
 * @param factor of the product; default 1
 * @param keep factor of what C was; 0 (the default) when it does not matter
 * @param allBits whether float32 operands count with all their bits even on a device that is told
 *     to read fewer for speed; default false
 */
@Builder
public record MatrixProduct(
    long rows,
    long columns,
    long inner,
    boolean transposeLeft,
    boolean transposeRight,
    long batches,
    long leftStride,
    long rightStride,
    long outputStride,
    @NonNull NumberType operands,
    @NonNull NumberType output,
    double factor,
    double keep,
    boolean allBits) {

  /** The defaults. */
  public static class MatrixProductBuilder {
    private long batches = 1;
    private NumberType operands = NumberType.FLOAT32;
    private NumberType output = NumberType.FLOAT32;
    private double factor = 1;
  }

  /** Multiplications and additions. */
  public double operations() {
    return 2.0 * rows * columns * inner * batches;
  }
}
