package org.owlore.cuda.galore;

import lombok.NonNull;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.Place;

/**
 * A float32 matrix in a device's memory.
 *
 * @param place where it begins
 * @param rows of the matrix
 * @param columns of the matrix
 * @param transposed whether it lies column by column, instead of row by row
 */
record Matrix(@NonNull Place place, long rows, long columns, boolean transposed) {

  /** A matrix that lies row by row. */
  static Matrix at(Place place, long rows, long columns) {
    return new Matrix(place, rows, columns, false);
  }

  /** The same numbers, with rows for columns. */
  Matrix transpose() {
    return new Matrix(place, columns, rows, !transposed);
  }

  /** The first rows of a matrix that lies row by row. */
  Matrix first(long count) {
    return at(place, count, columns);
  }

  /** How many numbers it has. */
  long numbers() {
    return rows * columns;
  }

  /** Writes factor * this * other to a place, row by row; returns that matrix. */
  Matrix times(Matrix other, double factor, Device device, Place output) {
    return times(other, factor, true, device, output);
  }

  /**
   * Writes this * other to a place, row by row, from fewer than all bits if that is how the device
   * is told to multiply; returns that matrix.
   */
  Matrix timesFast(Matrix other, Device device, Place output) {
    return times(other, 1, false, device, output);
  }

  private Matrix times(Matrix other, double factor, boolean allBits, Device device, Place output) {
    device.multiply(
        MatrixProduct.builder()
            .rows(rows)
            .columns(other.columns)
            .inner(columns)
            .transposeLeft(transposed)
            .transposeRight(other.transposed)
            .factor(factor)
            .allBits(allBits)
            .build(),
        place,
        other.place,
        output);
    return at(output, rows, other.columns);
  }

  /** Writes this * other to a place, row by row; returns that matrix. */
  Matrix times(Matrix other, Device device, Place output) {
    return times(other, 1, device, output);
  }
}
