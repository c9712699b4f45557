package org.owlore.examples.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Every row once, the longest first. */
record SinglePass(int[] longestFirst, int batchSize) implements RowOrder {

  static SinglePass of(int[] lengths, int batchSize) {
    int[] order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt(row -> -lengths[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    return new SinglePass(order, batchSize);
  }

  @Override
  public long stepsPerEpoch() {
    return RowOrder.batches(longestFirst.length, batchSize);
  }

  @Override
  public int[] rows(long step) {
    int from = Math.toIntExact(step % stepsPerEpoch() * batchSize);
    int count = Math.min(longestFirst.length - from, batchSize);
    return Arrays.copyOfRange(longestFirst, from, from + count);
  }
}
