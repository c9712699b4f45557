package org.owlore.huggingface;

import org.nd4j.autodiff.samediff.SDVariable;

/** RMSNorm: {@code weight * x / sqrt(mean(x^2) + epsilon)} over each token's channels. */
final class RootMeanSquareNorm {
  private RootMeanSquareNorm() {}

  /**
   * Adds the norm to the graph of its input.
   *
   * @param name of the result
   * @param input {@code [tokens, hidden]}
   * @param weight {@code [hidden]}
   */
  static SDVariable apply(String name, SDVariable input, SDVariable weight, double epsilon) {
    SDVariable meanSquare = input.mul(input).mean(true, 1);
    SDVariable root = input.getSameDiff().math().sqrt(meanSquare.add(epsilon));
    return input.div(root).mul(name, weight);
  }
}
