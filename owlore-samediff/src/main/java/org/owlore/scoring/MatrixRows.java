package org.owlore.scoring;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Reads a matrix of any floating-point type and layout row after row, a few megabytes at a time, so
 * that sums over it can be made in double precision without a second copy of the matrix.
 */
final class MatrixRows {
  private static final int BLOCK_ELEMENTS = 1 << 20;

  private final String name;
  private final INDArray matrix;
  private final int columns;

  /**
   * Starts reading.
   *
   * @param name name of the matrix, for messages
   * @param matrix array of rank 2
   * @throws IllegalArgumentException if the array has another rank
   */
  MatrixRows(String name, INDArray matrix) {
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException(
          name
              + " has shape "
              + Arrays.toString(matrix.shape())
              + ": scoring needs a matrix (rank 2).");
    }
    this.name = name;
    this.matrix = matrix;
    this.columns = Math.toIntExact(matrix.columns());
  }

  /** Number of rows. */
  int rows() {
    return Math.toIntExact(matrix.rows());
  }

  /** Number of columns. */
  int columns() {
    return columns;
  }

  /** Refuses a token mask that does not have one entry a row. */
  void requireMask(boolean[] counted) {
    if (counted.length != rows()) {
      throw new IllegalArgumentException(
          name + " has " + rows() + " tokens but its mask has " + counted.length + " entries.");
    }
  }

  /** Refuses a matrix if a sum over it shows that it holds something that is not a number. */
  void requireFinite(double sum) {
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException(
          name + " holds NaN or infinite values: check the model's weights and their data type.");
    }
  }

  /** Number of rows that are read at a time, at least 1. */
  int rowsPerBlock() {
    return Math.max(1, BLOCK_ELEMENTS / Math.max(1, columns));
  }

  /** Copies the rows {@code from} to {@code until - 1}, one after the other. */
  float[] read(int from, int until) {
    INDArray rows = matrix.get(NDArrayIndex.interval(from, until), NDArrayIndex.all());
    INDArray floats = rows.dataType() == DataType.FLOAT ? rows : rows.castTo(DataType.FLOAT);
    INDArray packed = floats.dup('c');
    try {
      float[] values = new float[(until - from) * columns];
      packed.data().asNioFloat().get(values);
      return values;
    } finally {
      packed.close();
      if (floats != rows) {
        floats.close();
      }
    }
  }

  /** Shows every row to a visitor. */
  void forEach(RowVisitor visitor) {
    for (int from = 0; from < rows(); from += rowsPerBlock()) {
      int until = Math.min(rows(), from + rowsPerBlock());
      float[] values = read(from, until);
      for (int row = from; row < until; row++) {
        visitor.visit(row, values, (row - from) * columns);
      }
    }
  }

  /** Looks at one row. */
  @FunctionalInterface
  interface RowVisitor {

    /**
     * Looks at one row.
     *
     * @param row number of the row
     * @param values holds the row
     * @param start where in {@code values} the row starts
     */
    void visit(int row, float[] values, int start);
  }
}
