package org.owlore.dl4j.calibration;

import java.util.Set;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;
import org.owlore.scoring.ScorableModel;

/** What a metric would add up: the squares of each input channel over all tokens that count. */
final class Energies {
  private Energies() {}

  static double[] of(ScorableModel model, String weight) {
    LinearWeight linear =
        model.layers().layers().stream()
            .map(Layer::linears)
            .flatMap(java.util.List::stream)
            .filter(candidate -> candidate.name().equals(weight))
            .findFirst()
            .orElseThrow();
    int channels = (int) model.weights().weight(weight).size(linear.orientation().inputAxis());
    double[] sums = new double[channels];
    model
        .activations()
        .run(
            Set.of(linear.input()),
            (name, values, counted) -> {
              for (int token = 0; token < counted.length; token++) {
                for (int channel = 0; counted[token] && channel < channels; channel++) {
                  double value = values.getDouble(token, channel);
                  sums[channel] += value * value;
                }
              }
            });
    return sums;
  }
}
