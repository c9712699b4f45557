package org.owlore.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How the layers of one interval are drawn from a distribution. */
public enum Draw {
  /**
   * Always {@code gamma} layers: drawn one after the other without replacement, each time in
   * proportion to the shares of the layers that are left. What the public OwLore and LISA code do.
   */
  EXACT {
    @Override
    List<Integer> draw(LayerDistribution distribution, int gamma, SplitMix64 random) {
      List<Integer> left =
          new ArrayList<>(IntStream.range(0, distribution.layers()).boxed().toList());
      left.removeIf(layer -> distribution.share(layer) == 0);
      List<Integer> drawn = new ArrayList<>();
      while (drawn.size() < gamma) {
        drawn.add(left.remove(position(distribution, left, random.nextDouble())));
      }
      return drawn.stream().sorted().toList();
    }
  },

  /**
   * Each layer on its own, with the probabilities of {@link InclusionProbabilities}, whose sum is
   * {@code gamma}. The number of layers varies around {@code gamma} from interval to interval and
   * can be 0: then only the embedding, the final norm and the head train for that interval. An
   * empty draw is kept, because drawing again would raise the expected count above {@code gamma}.
   */
  BERNOULLI {
    @Override
    List<Integer> draw(LayerDistribution distribution, int gamma, SplitMix64 random) {
      double[] probabilities = InclusionProbabilities.of(distribution, gamma);
      return IntStream.range(0, probabilities.length)
          .filter(layer -> random.nextDouble() < probabilities[layer])
          .boxed()
          .toList();
    }
  };

  /**
   * Draws the layers of one interval.
   *
   * @param distribution has at least {@code gamma} drawable layers
   * @param gamma number of layers, exact or expected
   * @param random supplies the randomness
   * @return layer numbers in ascending order, each once
   */
  abstract List<Integer> draw(LayerDistribution distribution, int gamma, SplitMix64 random);

  /**
   * Where in the list a point between 0 and 1 falls when each layer has the length of its share.
   */
  private static int position(LayerDistribution distribution, List<Integer> layers, double point) {
    double target = point * layers.stream().mapToDouble(distribution::share).sum();
    double passed = 0;
    for (int position = 0; position < layers.size() - 1; position++) {
      passed += distribution.share(layers.get(position));
      if (target < passed) {
        return position;
      }
    }
    return layers.size() - 1;
  }
}
