package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The inputs of a deconvolution in two dimensions, one row a position of the input: each channel
 * once for each entry of the kernel, and 0 where what they give falls outside of the output.
 *
 * @param windows for height and width
 * @param channels where input and output have their channels
 */
record SpreadInputs(List<Window> windows, ChannelAxis channels) implements InputReading {
  private static final long PIECE_ELEMENTS = 1 << 22;

  @Override
  public void read(LayerPass pass, Consumer<Tokens> visitor) {
    INDArray input = channels.toFirst(pass.input());
    INDArray output = channels.toFirst(pass.output());
    int positions = Math.toIntExact(input.size(2) * input.size(3));
    boolean[] counted =
        Tokens.counted(pass.inputMask(), input.size(0), input.size(2), input.size(3));
    long entries = input.size(1) * windows.get(0).kernel() * windows.get(1).kernel();
    long step = Math.max(1, PIECE_ELEMENTS / (positions * entries));
    for (long from = 0; from < input.size(0); from += step) {
      long until = Math.min(input.size(0), from + step);
      INDArray piece = input.get(NDArrayIndex.interval(from, until));
      boolean[] part = Arrays.copyOfRange(counted, (int) from * positions, (int) until * positions);
      try (INDArray spread = spread(piece, output)) {
        INDArray rows = spread.reshape('c', new long[] {part.length, entries});
        visitor.accept(new Tokens(rows, part, false));
      }
    }
  }

  /** {@code [examples, height, width, channels, kernel height, kernel width]}. */
  private INDArray spread(INDArray input, INDArray output) {
    int height = windows.get(0).kernel();
    int width = windows.get(1).kernel();
    long[] shape = {input.size(0), input.size(2), input.size(3), input.size(1), height, width};
    INDArray spread = Nd4j.create(input.dataType(), shape, 'c');
    INDArray values = ChannelAxis.FIRST.toLast(input);
    for (int entry = 0; entry < height * width; entry++) {
      long[] rows = inside(windows.get(0), entry / width, input.size(2), output.size(2));
      long[] columns = inside(windows.get(1), entry % width, input.size(3), output.size(3));
      if (rows[0] < rows[1] && columns[0] < columns[1]) {
        INDArrayIndex down = NDArrayIndex.interval(rows[0], rows[1]);
        INDArrayIndex across = NDArrayIndex.interval(columns[0], columns[1]);
        INDArrayIndex all = NDArrayIndex.all();
        spread
            .get(
                all,
                down,
                across,
                all,
                NDArrayIndex.point(entry / width),
                NDArrayIndex.point(entry % width))
            .assign(values.get(all, down, across, all));
      }
    }
    return spread;
  }

  /** From which position until before which an entry of the kernel gives something that stays. */
  private static long[] inside(Window window, long entry, long input, long output) {
    long shift = window.before(output, input) - entry * window.dilation();
    long from = Math.max(0, -Math.floorDiv(-shift, window.stride()));
    long until = Math.min(input, Math.floorDiv(output - 1 + shift, window.stride()) + 1);
    return new long[] {from, until};
  }
}
