package org.owlore.dl4j.calibration;

import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The input of an embedding: one-hot rows, a few at a time.
 *
 * @param vocabulary number of rows of the embedding
 */
record TokenCounts(long vocabulary) implements InputReading {
  private static final long PIECE_ELEMENTS = 1 << 22;

  @Override
  public void read(LayerPass pass, Consumer<Tokens> visitor) {
    INDArray input = pass.input();
    long[] positions = {input.size(0), input.length() / input.size(0)};
    boolean[] counted = Tokens.counted(pass.inputMask(), positions);
    long[] tokens =
        input
            .dup('f')
            .reshape('f', new long[] {input.length()})
            .castTo(DataType.LONG)
            .toLongVector();
    int step = (int) Math.max(1, PIECE_ELEMENTS / vocabulary);
    for (int from = 0; from < tokens.length; from += step) {
      int until = Math.min(tokens.length, from + step);
      try (INDArray rows = Nd4j.create(DataType.FLOAT, new long[] {until - from, vocabulary})) {
        for (int token = from; token < until; token++) {
          rows.putScalar(token - from, tokens[token], 1);
        }
        visitor.accept(new Tokens(rows, Arrays.copyOfRange(counted, from, until), false));
      }
    }
  }
}
