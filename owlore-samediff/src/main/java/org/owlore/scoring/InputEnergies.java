package org.owlore.scoring;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LayerMap;
import org.owlore.graph.LinearWeight;

/**
 * The energy of each input channel of each linear weight: {@code s_j}, the sum of {@code x_j^2}
 * over all tokens that count. Takes memory for one number a channel, whatever the amount of data.
 */
final class InputEnergies implements ActivationVisitor {
  private final Map<String, double[]> sums = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();

  private InputEnergies() {}

  /**
   * Makes the forward pass.
   *
   * @return activation name to one energy a channel, for the inputs of all linear weights
   */
  static Map<String, double[]> of(ScorableModel model) {
    Set<String> inputs = inputs(model.layers());
    InputEnergies energies = new InputEnergies();
    model.activations().run(inputs, energies);
    inputs.forEach(
        input -> Calibration.requireTokens(input, energies.tokens.getOrDefault(input, 0L)));
    return energies.sums;
  }

  private static Set<String> inputs(LayerMap layers) {
    Set<String> inputs = new LinkedHashSet<>();
    layers
        .layers()
        .forEach(layer -> layer.linears().stream().map(LinearWeight::input).forEach(inputs::add));
    return inputs;
  }

  @Override
  public void visit(String variable, INDArray activation, boolean[] counted) {
    MatrixRows rows = new MatrixRows("The activation " + variable, activation);
    rows.requireMask(counted);
    double[] sum = sums.computeIfAbsent(variable, name -> new double[rows.columns()]);
    if (sum.length != rows.columns()) {
      throw new IllegalArgumentException(
          "The activation "
              + variable
              + " has "
              + sum.length
              + " channels in one batch and "
              + rows.columns()
              + " in another.");
    }
    rows.forEach(
        (row, values, start) -> {
          if (counted[row]) {
            addSquares(values, start, sum);
          }
        });
    rows.requireFinite(DoubleStream.of(sum).sum());
    tokens.merge(variable, number(counted), Long::sum);
  }

  private static long number(boolean[] counted) {
    return IntStream.range(0, counted.length).filter(token -> counted[token]).count();
  }

  private static void addSquares(float[] values, int start, double[] sum) {
    for (int channel = 0; channel < sum.length; channel++) {
      double value = values[start + channel];
      sum[channel] += value * value;
    }
  }
}
