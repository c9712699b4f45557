package org.owlore.cuda.lowering;

import java.util.Optional;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.lowering.PairProduct.Operand;
import org.owlore.cuda.lowering.PairProduct.Pairs;

/**
 * A product that sums over the rows or the columns of pairs: the output of an attention, or a
 * gradient.
 *
 * @param name the array that it makes
 * @param pairs how many there are
 * @param overColumns whether it sums over columns, which leaves rows; else the other way round
 * @param other what the pairs are multiplied by, with a row for each position that is summed over
 * @param transposed whether the result lies in memory as {@code [depth, positions]}
 */
record PairSum(String name, Pairs pairs, boolean overColumns, Operand other, boolean transposed) {

  /** The product that makes an array, if one of its operands is the given array of pairs. */
  static Optional<PairSum> of(String name, String pairs, Products products) {
    MatrixProduct product = products.shape(name);
    boolean left = products.operand(name, 0).equals(pairs);
    boolean right = products.operand(name, 1).equals(pairs);
    if (left == right || product.factor() != 1 || !PairProduct.hasOwnOperands(product)) {
      return Optional.empty();
    }
    return Optional.of(left ? ofLeft(name, product, products) : ofRight(name, product, products));
  }

  private static PairSum ofLeft(String name, MatrixProduct product, Products products) {
    boolean overColumns = !product.transposeLeft();
    Operand other =
        new Operand(products.operand(name, 1), product.columns(), product.transposeRight());
    return new PairSum(
        name, pairs(product, overColumns, product.rows()), overColumns, other, false);
  }

  private static PairSum ofRight(String name, MatrixProduct product, Products products) {
    boolean overColumns = product.transposeRight();
    Operand other =
        new Operand(products.operand(name, 0), product.rows(), !product.transposeLeft());
    return new PairSum(
        name, pairs(product, overColumns, product.columns()), overColumns, other, true);
  }

  private static Pairs pairs(MatrixProduct product, boolean overColumns, long kept) {
    return overColumns
        ? new Pairs(product.batches(), kept, product.inner())
        : new Pairs(product.batches(), product.inner(), kept);
  }
}
