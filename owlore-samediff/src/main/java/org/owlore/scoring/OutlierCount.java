package org.owlore.scoring;

import java.util.Map;
import java.util.stream.DoubleStream;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;

/**
 * How many entries of a layer's scaled weights are outliers.
 *
 * @param entries number of entries of all linear weights of the layer
 * @param outliers number of outliers for each threshold
 */
record OutlierCount(long entries, long[] outliers) {

  /**
   * Reads each linear weight of a layer twice: once for the mean, once to count.
   *
   * @param energies activation name to energy a channel
   * @param taus thresholds in multiples of the mean
   */
  static OutlierCount of(
      Layer layer, WeightSource weights, Map<String, double[]> energies, double[] taus) {
    double sum = 0;
    long entries = 0;
    for (LinearWeight linear : layer.linears()) {
      ScaledWeight scaled = scaled(linear, weights, energies);
      sum += scaled.sum();
      entries += scaled.entries();
    }
    double mean = sum / entries;
    double[] thresholds = DoubleStream.of(taus).map(tau -> tau * mean).toArray();
    long[] outliers = new long[taus.length];
    for (LinearWeight linear : layer.linears()) {
      scaled(linear, weights, energies).countAbove(thresholds, outliers);
    }
    return new OutlierCount(entries, outliers);
  }

  private static ScaledWeight scaled(
      LinearWeight linear, WeightSource weights, Map<String, double[]> energies) {
    return new ScaledWeight(linear, weights.weight(linear.name()), energies.get(linear.input()));
  }

  /** The share of outliers in percent for one of the thresholds. */
  double percent(int threshold) {
    return 100.0 * outliers[threshold] / entries;
  }
}
