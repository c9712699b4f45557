package org.owlore.examples.data;

/** Epoch after epoch without a gap: position {@code step * batchSize + i} of an endless row. */
record EndlessOrder(int count, int batchSize, Permutation permutation) implements RowOrder {

  /** The order of the rows within each epoch. */
  interface Permutation {
    int row(long epoch, int position);
  }

  @Override
  public long stepsPerEpoch() {
    return RowOrder.batches(count, batchSize);
  }

  @Override
  public int[] rows(long step) {
    int[] rows = new int[batchSize];
    for (int i = 0; i < batchSize; i++) {
      long position = step * batchSize + i;
      rows[i] = permutation.row(position / count, (int) (position % count));
    }
    return rows;
  }
}
