package org.owlore.scoring;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.Layer;
import org.owlore.graph.LayerMap;

/**
 * Compares the residual stream before and behind each layer, token by token, and averages over all
 * tokens that count. Keeps a copy of one layer's input at a time.
 */
final class ResidualStream implements ActivationVisitor, AutoCloseable {
  private final LayerMap layers;
  private final Comparison comparison;
  private final Map<String, INDArray> inputs = new HashMap<>();
  private final double[] sums;
  private final long[] tokens;

  private ResidualStream(LayerMap layers, Comparison comparison) {
    this.layers = layers;
    this.comparison = comparison;
    this.sums = new double[layers.size()];
    this.tokens = new long[layers.size()];
  }

  /**
   * Makes the forward pass.
   *
   * @param comparison gives a number for each token and layer
   * @return the mean of that number, one a layer
   */
  static DoubleStream means(ScorableModel model, Comparison comparison) {
    try (ResidualStream stream = new ResidualStream(model.layers(), comparison)) {
      model.activations().run(stream.variables(), stream);
      return DoubleStream.of(stream.means());
    }
  }

  private Set<String> variables() {
    Set<String> variables = new LinkedHashSet<>();
    for (Layer layer : layers.layers()) {
      variables.add(layer.input());
      variables.add(layer.output());
    }
    return variables;
  }

  private double[] means() {
    double[] means = new double[sums.length];
    for (Layer layer : layers.layers()) {
      int index = layer.index();
      Calibration.requireTokens(layer.output(), tokens[index]);
      means[index] = sums[index] / tokens[index];
    }
    return means;
  }

  @Override
  public void visit(String variable, INDArray activation, boolean[] counted) {
    for (Layer layer : layers.layers()) {
      if (layer.output().equals(variable)) {
        compare(layer, activation, counted);
      }
    }
    if (layers.layers().stream().anyMatch(layer -> layer.input().equals(variable))) {
      inputs.put(variable, activation.dup());
    }
  }

  private void compare(Layer layer, INDArray output, boolean[] counted) {
    try (INDArray input = inputs.remove(layer.input())) {
      if (input == null) {
        throw new IllegalArgumentException(
            "The forward pass showed the output "
                + layer.output()
                + " of layer "
                + layer.index()
                + " but not its input "
                + layer.input()
                + " before it: correct the layer map.");
      }
      if (!input.equalShapes(output)) {
        throw new IllegalArgumentException(
            "Layer "
                + layer.index()
                + " has input "
                + Arrays.toString(input.shape())
                + " but output "
                + Arrays.toString(output.shape())
                + ": both must be the residual stream.");
      }
      add(
          layer,
          new MatrixRows("The activation " + layer.input(), input),
          new MatrixRows("The activation " + layer.output(), output),
          counted);
    }
  }

  private void add(Layer layer, MatrixRows input, MatrixRows output, boolean[] counted) {
    output.requireMask(counted);
    int channels = output.columns();
    for (int from = 0; from < output.rows(); from += output.rowsPerBlock()) {
      int until = Math.min(output.rows(), from + output.rowsPerBlock());
      float[] before = input.read(from, until);
      float[] after = output.read(from, until);
      for (int token = from; token < until; token++) {
        if (counted[token]) {
          sums[layer.index()] += comparison.of(before, after, (token - from) * channels, channels);
          tokens[layer.index()]++;
        }
      }
    }
    output.requireFinite(sums[layer.index()]);
  }

  @Override
  public void close() {
    inputs.values().forEach(INDArray::close);
  }

  /** A number for one token at one layer. */
  @FunctionalInterface
  interface Comparison {

    /**
     * Compares the residual stream of one token.
     *
     * @param before holds the token's input to the layer
     * @param after holds the token's output of the layer
     * @param start where in both arrays the token starts
     * @param channels number of channels
     */
    double of(float[] before, float[] after, int start, int channels);
  }
}
