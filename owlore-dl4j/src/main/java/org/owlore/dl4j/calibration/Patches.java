package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The patches of the input that a kernel multiplies, one a position of the output, for a few
 * examples at a time.
 *
 * @param windows one a spatial axis
 * @param channels where input and output have their channels
 * @param order how the entries of a patch follow each other
 */
record Patches(List<Window> windows, ChannelAxis channels, Order order) implements InputReading {
  private static final long PIECE_ELEMENTS = 1 << 22;

  /** How the entries of a patch follow each other. */
  enum Order {
    /** Channel by channel, as kernels {@code [out, in, height, width]}. */
    CHANNELS_FIRST,
    /** All channels of an entry together, as kernels {@code [height, width, in, out]}. */
    CHANNELS_LAST
  }

  @Override
  public void read(LayerPass pass, Consumer<Tokens> visitor) {
    INDArray input = channels.toFirst(pass.input());
    long[] grid = spatial(channels.toFirst(pass.output()));
    long examples = input.size(0);
    boolean[] counted = counted(pass.outputMask(), examples, grid);
    int positions = Math.toIntExact(product(grid));
    long entries =
        input.size(1) * windows.stream().mapToLong(Window::kernel).reduce(1, (a, b) -> a * b);
    long step = Math.max(1, PIECE_ELEMENTS / (positions * entries));
    for (long from = 0; from < examples; from += step) {
      long until = Math.min(examples, from + step);
      boolean[] part = Arrays.copyOfRange(counted, (int) from * positions, (int) until * positions);
      try (INDArray padded = padded(input, from, until, grid);
          INDArray patches = patches(padded, grid)) {
        INDArray rows = patches.reshape('c', new long[] {part.length, entries});
        visitor.accept(new Tokens(rows, part, false));
      }
    }
  }

  private static long[] spatial(INDArray activation) {
    return Arrays.copyOfRange(activation.shape(), 2, activation.rank());
  }

  private static long product(long[] lengths) {
    return Arrays.stream(lengths).reduce(1, Math::multiplyExact);
  }

  /** In the order of the rows: all positions of the first example, then of the second. */
  private static boolean[] counted(INDArray mask, long examples, long[] grid) {
    long[] positions = new long[grid.length + 1];
    positions[0] = examples;
    System.arraycopy(grid, 0, positions, 1, grid.length);
    boolean[] counted = Tokens.counted(mask, positions);
    return grid.length == 1 ? byExample(counted, (int) examples, (int) grid[0]) : counted;
  }

  /** Tokens count time step by time step. */
  private static boolean[] byExample(boolean[] byStep, int examples, int steps) {
    boolean[] sorted = new boolean[byStep.length];
    for (int i = 0; i < byStep.length; i++) {
      sorted[i % examples * steps + i / examples] = byStep[i];
    }
    return sorted;
  }

  /** Some examples with zeros around them: {@code [examples, channels, spatial..]}. */
  private INDArray padded(INDArray input, long from, long until, long[] grid) {
    long[] shape = input.shape().clone();
    shape[0] = until - from;
    INDArrayIndex[] inside = new INDArrayIndex[shape.length];
    Arrays.fill(inside, NDArrayIndex.all());
    for (int axis = 0; axis < grid.length; axis++) {
      long length = input.size(axis + 2);
      long before = windows.get(axis).before(length, grid[axis]);
      inside[axis + 2] = NDArrayIndex.interval(before, before + length);
      shape[axis + 2] = before + length + windows.get(axis).behind(length, grid[axis]);
    }
    INDArrayIndex[] examples = new INDArrayIndex[shape.length];
    Arrays.fill(examples, NDArrayIndex.all());
    examples[0] = NDArrayIndex.interval(from, until);
    INDArray padded = Nd4j.create(input.dataType(), shape);
    padded.get(inside).assign(input.get(examples));
    return padded;
  }

  /** {@code [examples, positions.., entries of a patch..]}: one copy a kernel entry. */
  private INDArray patches(INDArray padded, long[] grid) {
    int axes = grid.length;
    long[] kernel = windows.stream().mapToLong(Window::kernel).toArray();
    long[] shape = new long[2 * axes + 2];
    shape[0] = padded.size(0);
    System.arraycopy(grid, 0, shape, 1, axes);
    int channelAxis = order == Order.CHANNELS_FIRST ? axes + 1 : 2 * axes + 1;
    int kernelAxis = order == Order.CHANNELS_FIRST ? axes + 2 : axes + 1;
    shape[channelAxis] = padded.size(1);
    System.arraycopy(kernel, 0, shape, kernelAxis, axes);
    INDArray patches = Nd4j.createUninitialized(padded.dataType(), shape, 'c');
    INDArrayIndex[] target = new INDArrayIndex[shape.length];
    for (long entry = 0; entry < product(kernel); entry++) {
      long[] offset = offset(entry, kernel);
      Arrays.fill(target, NDArrayIndex.all());
      for (int axis = 0; axis < axes; axis++) {
        target[kernelAxis + axis] = NDArrayIndex.point(offset[axis]);
      }
      INDArray seen = ChannelAxis.FIRST.toLast(seen(padded, offset, grid));
      patches.get(target).assign(seen);
    }
    return patches;
  }

  private static long[] offset(long entry, long[] kernel) {
    long[] offset = new long[kernel.length];
    long rest = entry;
    for (int axis = kernel.length - 1; axis >= 0; axis--) {
      offset[axis] = rest % kernel[axis];
      rest /= kernel[axis];
    }
    return offset;
  }

  /** What one entry of the kernel sees at all positions. */
  private INDArray seen(INDArray padded, long[] offset, long[] grid) {
    INDArrayIndex[] index = new INDArrayIndex[padded.rank()];
    Arrays.fill(index, NDArrayIndex.all());
    for (int axis = 0; axis < grid.length; axis++) {
      Window window = windows.get(axis);
      long from = offset[axis] * window.dilation();
      long until = from + (grid[axis] - 1) * window.stride() + 1;
      index[axis + 2] = NDArrayIndex.interval(from, window.stride(), until);
    }
    return padded.get(index);
  }
}
