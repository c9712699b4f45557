package org.owlore.sampling;

/**
 * The probability of each layer to be part of a {@link Draw#BERNOULLI} draw: {@code p_l = gamma D_l
 * / sum(D)} (OwLore, section 3). Where that exceeds 1 it is cut to 1 and what was cut off is spread
 * over the other layers in proportion to their shares, again and again until none exceeds 1, so
 * that the probabilities always add up to {@code gamma}.
 */
final class InclusionProbabilities {
  private InclusionProbabilities() {}

  /**
   * Computes the probabilities.
   *
   * @param distribution has at least {@code gamma} drawable layers
   * @param gamma expected number of layers, at least 1
   * @return one probability a layer
   */
  static double[] of(LayerDistribution distribution, int gamma) {
    double[] probabilities = new double[distribution.layers()];
    int certain;
    do {
      certain = count(probabilities);
      spread(distribution, gamma - certain, probabilities);
    } while (count(probabilities) > certain);
    return probabilities;
  }

  private static int count(double[] probabilities) {
    int certain = 0;
    for (double probability : probabilities) {
      certain += probability == 1 ? 1 : 0;
    }
    return certain;
  }

  /** Spreads an expected count over the layers that are not certain, cutting at 1. */
  private static void spread(LayerDistribution distribution, int expected, double[] probabilities) {
    double sum = 0;
    for (int layer = 0; layer < probabilities.length; layer++) {
      sum += probabilities[layer] == 1 ? 0 : distribution.share(layer);
    }
    for (int layer = 0; layer < probabilities.length; layer++) {
      if (probabilities[layer] < 1 && distribution.share(layer) > 0) {
        probabilities[layer] = Math.min(1, expected * distribution.share(layer) / sum);
      }
    }
  }
}
