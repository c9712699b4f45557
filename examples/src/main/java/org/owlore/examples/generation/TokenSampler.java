package org.owlore.examples.generation;

import java.util.SplittableRandom;
import lombok.NonNull;

/** Chooses the next token from logits. */
public final class TokenSampler {
  private final double temperature;
  private final SplittableRandom random;

  /**
   * Describes a sampler.
   *
   * @param temperature 0 takes the likeliest token; otherwise tokens are drawn in proportion to
   *     {@code exp(logit / temperature)}
   * @param seed of the draws; equal seeds draw equally
   * @throws IllegalArgumentException if the temperature is negative or not finite
   */
  public TokenSampler(double temperature, long seed) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The temperature is %s; it must be at least 0.".formatted(temperature));
    }
    this.temperature = temperature;
    this.random = new SplittableRandom(seed);
  }

  /**
   * The id of the token to write.
   *
   * @throws IllegalArgumentException if a logit is NaN
   */
  public int choose(@NonNull float[] logits) {
    requireNumbers(logits);
    int likeliest = likeliest(logits);
    return temperature == 0 ? likeliest : draw(logits, logits[likeliest]);
  }

  private static void requireNumbers(float[] logits) {
    for (int id = 0; id < logits.length; id++) {
      if (Float.isNaN(logits[id])) {
        throw new IllegalArgumentException(
            "The model gives token %d the logit NaN: its weights hold bad values, or grew too large in training."
                .formatted(id));
      }
    }
  }

  private static int likeliest(float[] logits) {
    int likeliest = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[likeliest]) {
        likeliest = id;
      }
    }
    return likeliest;
  }

  private int draw(float[] logits, double largest) {
    double[] cumulative = new double[logits.length];
    double sum = 0;
    for (int id = 0; id < logits.length; id++) {
      sum += Math.exp((logits[id] - largest) / temperature);
      cumulative[id] = sum;
    }
    double point = random.nextDouble() * sum;
    int id = 0;
    while (id < logits.length - 1 && cumulative[id] <= point) {
      id++;
    }
    return id;
  }
}
