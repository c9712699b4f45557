package org.owlore.graph.layers;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;
import org.owlore.graph.Orientation;

/**
 * A small transformer that is built by hand, and the layer map that it should have. Subclasses say
 * how a block looks; activations are {@code [batch, sequence, hidden]}.
 */
abstract class SampleModel {
  static final String LOGITS = "logits";
  static final long HIDDEN = 8;
  static final long INNER = 12;
  static final long VOCABULARY = 21;
  static final long POSITIONS = 9;

  final SameDiff graph = SameDiff.create();
  final SDVariable ids = graph.placeHolder("input_ids", DataType.INT32, -1, -1);
  final List<String> embedding = new ArrayList<>();
  final List<String> finalNorm = new ArrayList<>();
  final List<String> head = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private List<LinearWeight> linears = new ArrayList<>();
  private List<String> others = new ArrayList<>();

  /** The first residual stream. */
  abstract SDVariable embed();

  abstract SDVariable block(SDVariable residual, String prefix);

  abstract void finish(SDVariable residual);

  abstract String prefix(int layer);

  SampleModel build(int blocks) {
    SDVariable residual = embed();
    for (int i = 0; i < blocks; i++) {
      linears = new ArrayList<>();
      others = new ArrayList<>();
      SDVariable next = block(residual, prefix(i));
      layers.add(new Layer(i, linears, others, residual.name(), next.name()));
      residual = next;
    }
    finish(residual);
    return this;
  }

  LayerMap expected() {
    return new LayerMap(layers, embedding, finalNorm, head);
  }

  SDVariable weight(String name, long... shape) {
    return graph.var(name, Nd4j.zeros(DataType.FLOAT, shape));
  }

  /** A weight that belongs to a part of the model. */
  SDVariable weightOf(List<String> part, String name, long... shape) {
    part.add(name);
    return weight(name, shape);
  }

  /** A weight of the block that is being built. */
  SDVariable other(String name, long... shape) {
    return weightOf(others, name, shape);
  }

  /** A matrix of the block, {@code [in, out]}; the way an importer spells it. */
  SDVariable linear(SDVariable input, String name, long in, long out) {
    SDVariable rows = input.reshape(-1, in);
    linears.add(new LinearWeight(name, rows.name(), Orientation.IN_OUT));
    return unflattened(rows.mmul(weight(name, in, out)), out);
  }

  /** A matrix of the block as PyTorch stores it, {@code [out, in]}. */
  SDVariable linearOutIn(SDVariable input, String name, long in, long out) {
    SDVariable rows = input.reshape(-1, in);
    linears.add(new LinearWeight(name, rows.name(), Orientation.OUT_IN));
    return unflattened(graph.mmul(rows, weight(name, out, in), false, true, false), out);
  }

  /** A matrix of the block that multiplies a batch of sequences as it is. */
  SDVariable linearRank3(SDVariable input, String name, long in, long out) {
    linears.add(new LinearWeight(name, input.name(), Orientation.IN_OUT));
    return graph.mmul(input, weight(name, in, out));
  }

  SDVariable unflattened(SDVariable rows, long width) {
    SDVariable shape =
        graph.concat(0, graph.shape(ids), graph.constant(Nd4j.createFromArray(new long[] {width})));
    return graph.reshape(rows, shape);
  }

  /** A norm in elementary operations. */
  SDVariable layerNorm(SDVariable input, SDVariable gain, SDVariable bias) {
    SDVariable centred = input.sub(input.mean(true, 2));
    SDVariable variance = centred.mul(centred).mean(true, 2);
    return centred.div(graph.math().sqrt(variance.add(1e-5))).mul(gain).add(bias);
  }

  SDVariable rootMeanSquareNorm(SDVariable input, SDVariable gain) {
    SDVariable root = graph.math().sqrt(input.mul(input).mean(true, 2).add(1e-5));
    return gain.mul(input.mul(root.rdiv(1)));
  }

  /** Causal attention of one head; the mask is computed from the ids' shape. */
  SDVariable attend(SDVariable query, SDVariable key, SDVariable value, double forbidden) {
    SDVariable length = graph.stridedSlice(graph.shape(query), new long[] {1}, new long[] {2}, 1);
    SDVariable positions = graph.cumsum(graph.fill(length, DataType.FLOAT, 1), true, false, 0);
    SDVariable ahead = positions.reshape(-1, 1).lt(positions.reshape(1, -1));
    SDVariable scores = graph.mmul(query, key, false, true, false);
    SDVariable masked = scores.add(ahead.castTo(DataType.FLOAT).mul(forbidden));
    return graph.mmul(graph.nn().softmax(masked, 2), value);
  }

  SDVariable part(SDVariable fused, int index) {
    long from = index * HIDDEN;
    return graph.stridedSlice(
        fused,
        new long[] {0, 0, from},
        new long[] {Integer.MAX_VALUE, Integer.MAX_VALUE, from + HIDDEN},
        1,
        1,
        1);
  }

  SDVariable positionTable(List<String> part, String name) {
    SDVariable length = graph.stridedSlice(graph.shape(ids), new long[] {1}, new long[] {2}, 1);
    SDVariable positions = graph.cumsum(graph.fill(length, DataType.INT32, 1), true, false, 0);
    return graph.gather(weightOf(part, name, POSITIONS, HIDDEN), positions, 0);
  }
}
