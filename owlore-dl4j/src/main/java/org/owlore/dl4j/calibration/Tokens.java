package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An activation as metrics want it.
 *
 * @param values {@code [tokens, channels]}
 * @param counted one entry a token: false for padding
 * @param copied whether the values are a copy, which is freed by {@link #close}
 */
record Tokens(INDArray values, boolean[] counted, boolean copied) implements AutoCloseable {

  /**
   * Every example is a token; with a time axis or positions in space, every step or position of
   * every example. Time steps come in the order in which DL4J's own preprocessors flatten them: all
   * examples of the first step, then all of the second.
   *
   * @param activation {@code [examples, channels]}, or with further axes for time or space
   * @param channels where the channels are
   * @param mask null, {@code [examples, steps]}, or anything that stretches over the positions
   */
  static Tokens of(INDArray activation, ChannelAxis channels, INDArray mask) {
    if (activation.rank() == 2) {
      return new Tokens(activation, counted(mask, activation.size(0)), false);
    }
    INDArray last = channels.toLast(activation);
    long[] positions = Arrays.copyOf(last.shape(), last.rank() - 1);
    if (activation.rank() == 3) {
      last = last.permute(1, 0, 2);
    }
    return new Tokens(rows(last), counted(mask, positions), true);
  }

  /** A copy with one row for every index but the last. */
  static INDArray rows(INDArray channelsLast) {
    long channels = channelsLast.size(channelsLast.rank() - 1);
    long[] shape = {channelsLast.length() / channels, channels};
    INDArray rows = Nd4j.createUninitialized(channelsLast.dataType(), shape, 'c');
    rows.reshape('c', channelsLast.shape()).assign(channelsLast);
    return rows;
  }

  /**
   * Which positions a mask leaves.
   *
   * @param mask null, or the mask
   * @param positions number of examples, then of steps or of positions in space along each axis
   * @return in the order of {@link #of}
   */
  static boolean[] counted(INDArray mask, long... positions) {
    int count = Math.toIntExact(Arrays.stream(positions).reduce(1, Math::multiplyExact));
    boolean[] counted = new boolean[count];
    if (mask == null) {
      Arrays.fill(counted, true);
      return counted;
    }
    double[] values = stretched(mask, positions);
    IntStream.range(0, count).forEach(i -> counted[i] = values[i] != 0);
    return counted;
  }

  private static double[] stretched(INDArray mask, long[] positions) {
    long count = Arrays.stream(positions).reduce(1, Math::multiplyExact);
    if (positions.length <= 2 && mask.length() == count) {
      return mask.dup('f').reshape('f', new long[] {count}).toDoubleVector();
    }
    long[] shape = new long[positions.length];
    Arrays.fill(shape, 1);
    boolean spatial = mask.rank() == positions.length + 1 && mask.size(1) == 1;
    for (int axis = 0; axis < positions.length; axis++) {
      int from = spatial && axis > 0 ? axis + 1 : axis;
      shape[axis] = from < mask.rank() ? mask.size(from) : 1;
      if (shape[axis] != 1 && shape[axis] != positions[axis]) {
        throw mismatch(mask, positions);
      }
    }
    if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != mask.length()) {
      throw mismatch(mask, positions);
    }
    INDArray wide = mask.dup('c').reshape('c', shape).broadcast(positions);
    char order = positions.length <= 2 ? 'f' : 'c';
    return wide.dup(order).reshape(order, new long[] {count}).toDoubleVector();
  }

  private static IllegalArgumentException mismatch(INDArray mask, long[] positions) {
    return new IllegalArgumentException(
        "A mask of shape %s does not fit activations with examples and steps %s: give masks of shape [examples, steps], as DL4J takes them."
            .formatted(Arrays.toString(mask.shape()), Arrays.toString(positions)));
  }

  @Override
  public void close() {
    if (copied) {
      values.close();
    }
  }
}
