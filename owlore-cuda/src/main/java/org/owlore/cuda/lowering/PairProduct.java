package org.owlore.cuda.lowering;

import java.util.Optional;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.MatrixProduct;

/**
 * A product that makes a number for each pair of a row and a column: scores, or gradients of
 * attention weights.
 *
 * @param name the array of all pairs
 * @param pairs how many there are
 * @param left what the rows give
 * @param right what the columns give
 */
record PairProduct(String name, Pairs pairs, Operand left, Operand right) {

  /**
   * How many pairs there are.
   *
   * @param batches stacks of pairs
   * @param rows in each
   * @param columns in each
   */
  record Pairs(long batches, long rows, long columns) {
    long count() {
      return batches * rows * columns;
    }
  }

  /**
   * A matrix with a row for each row, or for each column, of the pairs.
   *
   * @param array where it is
   * @param depth its columns
   * @param transposed whether it lies in memory as {@code [depth, positions]}
   */
  record Operand(String array, long depth, boolean transposed) {
    /** Whether a device has room for it. */
    boolean fits() {
      return depth <= Attention.LARGEST_DEPTH;
    }
  }

  /**
   * The product that makes an array, if each pair has a row and a column of its own batch, and a
   * device has room for them.
   */
  static Optional<PairProduct> of(String name, Products products) {
    MatrixProduct product = products.shape(name);
    if (product.factor() != 1 || !hasOwnOperands(product)) {
      return Optional.empty();
    }
    return Optional.of(
            new PairProduct(
                name,
                new Pairs(product.batches(), product.rows(), product.columns()),
                new Operand(products.operand(name, 0), product.inner(), product.transposeLeft()),
                new Operand(products.operand(name, 1), product.inner(), !product.transposeRight())))
        .filter(found -> found.left().fits());
  }

  /** Whether no operand is shared by several batches. */
  static boolean hasOwnOperands(MatrixProduct product) {
    return product.batches() == 1 || product.leftStride() != 0 && product.rightStride() != 0;
  }
}
