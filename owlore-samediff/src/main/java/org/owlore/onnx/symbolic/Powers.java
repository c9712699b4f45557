package org.owlore.onnx.symbolic;

/**
 * The variable part of a term: {@code batch^b * sequence^s}.
 *
 * @param batch exponent of the batch size, at least 0
 * @param sequence exponent of the sequence length, at least 0
 */
record Powers(int batch, int sequence) implements Comparable<Powers> {
  static final Powers NONE = new Powers(0, 0);

  /** Far beyond any real shape; keeps hostile files from growing terms without end. */
  private static final int HIGHEST = 8;

  Powers {
    if (batch > HIGHEST || sequence > HIGHEST) {
      throw new ArithmeticException("a size depends on batch and sequence in too high a power");
    }
  }

  Powers plus(Powers other) {
    return new Powers(batch + other.batch, sequence + other.sequence);
  }

  boolean covers(Powers divisor) {
    return batch >= divisor.batch && sequence >= divisor.sequence;
  }

  Powers minus(Powers divisor) {
    return new Powers(batch - divisor.batch, sequence - divisor.sequence);
  }

  double at(double batchSize, double sequenceLength) {
    return Math.pow(batchSize, batch) * Math.pow(sequenceLength, sequence);
  }

  @Override
  public int compareTo(Powers other) {
    int byBatch = Integer.compare(batch, other.batch);
    return byBatch != 0 ? byBatch : Integer.compare(sequence, other.sequence);
  }
}
