package org.owlore.huggingface;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Shapes that depend on the batch and the length, which are known only when the graph runs. */
final class SequenceShapes {
  private final SameDiff graph;
  private final SDVariable batchAndLength;
  private final SDVariable length;

  /**
   * Takes batch and length from the ids.
   *
   * @param ids {@code [batch, sequence]}
   */
  SequenceShapes(SameDiff graph, SDVariable ids) {
    this.graph = graph;
    this.batchAndLength = graph.shape(ids);
    this.length = graph.stridedSlice(batchAndLength, new long[] {1}, new long[] {2}, 1);
  }

  /** {@code [batch, sequence, inner...]}. */
  SDVariable of(long... inner) {
    return graph.concat(0, batchAndLength, constant(inner));
  }

  /** {@code [-1, factor * sequence, inner]}. */
  SDVariable folded(long factor, long inner) {
    return graph.concat(0, constant(-1), length.mul(constant(factor)), constant(inner));
  }

  /** {@code [-1, factor * sequence, sequence]}. */
  SDVariable foldedSquare(long factor) {
    return graph.concat(0, constant(-1), length.mul(constant(factor)), length);
  }

  /** {@code [-1, heads, sequence, inner]}. */
  SDVariable perHead(long heads, long inner) {
    return graph.concat(0, constant(-1, heads), length, constant(inner));
  }

  /** {@code [-1, heads, sequence, sequence]}. */
  SDVariable squarePerHead(long heads) {
    return graph.concat(0, constant(-1, heads), length, length);
  }

  /** {@code [-1, 1, sequence, 1]}. */
  SDVariable column() {
    return perHead(1, 1);
  }

  /** {@code [-1, 1, 1, sequence]}. */
  SDVariable row() {
    return graph.concat(0, constant(-1, 1, 1), length);
  }

  /** The positions in a row: FLOAT {@code [sequence]}, from 0. */
  SDVariable positions() {
    SDVariable ones = graph.fill(length, DataType.FLOAT, 1);
    return graph.cumsum(ones, true, false, 0);
  }

  private SDVariable constant(long... values) {
    return graph.constant(Nd4j.createFromArray(values));
  }
}
