package org.owlore.huggingface;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rotary position embedding, half-split: channel i of a head turns together with channel i + D/2.
 *
 * <p>The tables {@code [T, D]} are computed when the graph runs; those of the queries carry
 * attention's scale {@code 1 / sqrt(D)}.
 */
final class RotaryEmbedding {
  private final SameDiff graph;
  private final int width;
  private final SDVariable cosine;
  private final SDVariable sine;
  private final SDVariable scaledCosine;
  private final SDVariable scaledSine;

  RotaryEmbedding(SameDiff graph, HuggingFaceConfig config, SequenceShapes shapes) {
    this.graph = graph;
    this.width = config.headDimension();
    float[] half = config.inverseFrequencies();
    float[] both = new float[2 * half.length];
    System.arraycopy(half, 0, both, 0, half.length);
    System.arraycopy(half, 0, both, half.length, half.length);
    SDVariable frequencies = graph.constant(Nd4j.createFromArray(new float[][] {both}));
    SDVariable angles = shapes.positions().reshape(-1, 1).mul(frequencies);
    this.cosine = graph.math().cos(angles);
    this.sine = graph.math().sin(angles);
    double scale = 1 / Math.sqrt(width);
    this.scaledCosine = cosine.mul(scale);
    this.scaledSine = sine.mul(scale);
  }

  /**
   * Turns queries and scales them by {@code 1 / sqrt(D)}.
   *
   * @param queries {@code [..., T, D]}
   */
  SDVariable rotateQueries(SDVariable queries) {
    return rotate(queries, 5, scaledCosine, scaledSine);
  }

  /**
   * Turns keys.
   *
   * @param keys {@code [..., T, D]}
   */
  SDVariable rotateKeys(SDVariable keys) {
    return rotate(keys, 4, cosine, sine);
  }

  private SDVariable rotate(SDVariable x, int rank, SDVariable cosine, SDVariable sine) {
    SDVariable upper = lastAxis(x, rank, width / 2, width);
    SDVariable lower = lastAxis(x, rank, 0, width / 2);
    SDVariable turned = graph.concat(rank - 1, upper.neg(), lower);
    return x.mul(cosine).add(turned.mul(sine));
  }

  private SDVariable lastAxis(SDVariable x, int rank, long begin, long end) {
    long[] begins = new long[rank];
    long[] ends = new long[rank];
    long[] strides = new long[rank];
    java.util.Arrays.fill(strides, 1);
    begins[rank - 1] = begin;
    ends[rank - 1] = end;
    int allOthers = (1 << rank - 1) - 1;
    return graph.stridedSlice(x, begins, ends, strides, allOthers, allOthers, 0, 0, 0);
  }
}
