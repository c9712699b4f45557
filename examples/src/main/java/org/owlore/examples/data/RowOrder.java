package org.owlore.examples.data;

/** Which rows make up the batch of a step: a function of the step alone. */
public interface RowOrder {

  /** Steps after which every row has been used once. */
  long stepsPerEpoch();

  /**
   * The rows of one step.
   *
   * @param step from 0
   * @return indices of rows, at least one
   */
  int[] rows(long step);

  /**
   * The order of training without shuffling: step s takes rows {@code (s * batchSize) mod rows}
   * onwards, wrapping around at the end.
   *
   * @param rows number of rows, at least 1
   * @param batchSize rows a step, at least 1, else an IllegalArgumentException is thrown
   */
  static RowOrder cyclic(int rows, int batchSize) {
    requireBatchSize(batchSize);
    return new EndlessOrder(rows, batchSize, (epoch, position) -> position);
  }

  /**
   * The order of training with shuffling: like {@link #cyclic}, but each epoch goes through its own
   * permutation of the rows. A batch that begins at the end of an epoch ends in the next.
   *
   * @param rows number of rows, at least 1
   * @param batchSize rows a step, at least 1, else an IllegalArgumentException is thrown
   * @param seed selects the permutations
   */
  static RowOrder shuffled(int rows, int batchSize, long seed) {
    requireBatchSize(batchSize);
    return new EndlessOrder(rows, batchSize, new Shuffle(rows, seed)::row);
  }

  /**
   * The order of evaluation: every row once, long ones together, so that little is padded; the last
   * batch may be smaller.
   *
   * @param lengths the rows' lengths
   * @param batchSize rows a step, at least 1, else an IllegalArgumentException is thrown
   */
  static RowOrder once(int[] lengths, int batchSize) {
    requireBatchSize(batchSize);
    return SinglePass.of(lengths, batchSize);
  }

  /** How many batches hold all rows. */
  static long batches(int rows, int batchSize) {
    return (rows - 1L + batchSize) / batchSize;
  }

  private static void requireBatchSize(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "The batch size is %d; it must be at least 1.".formatted(batchSize));
    }
  }
}
