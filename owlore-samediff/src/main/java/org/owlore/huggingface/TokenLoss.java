package org.owlore.huggingface;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.graph.LanguageModel;

/** Mean cross-entropy over the labels that are not ignored. */
final class TokenLoss {
  static final String LOSS = "loss";

  /** FLOAT {@code [tokens]}: the loss of each token, 0 where the label is ignored. */
  static final String TOKEN_LOSSES = "token_losses";

  private TokenLoss() {}

  /**
   * Adds the loss to the graph and marks it as such.
   *
   * @param logits {@code [tokens, vocabulary]}
   * @param labels {@code [batch, sequence]}
   */
  static void add(SDVariable logits, SDVariable labels) {
    SameDiff graph = logits.getSameDiff();
    SDVariable flat = labels.reshape(-1);
    SDVariable counts = flat.neq(LanguageModel.IGNORED_LABEL);
    SDVariable weights = counts.castTo(DataType.FLOAT);
    SDVariable targets = flat.mul(counts.castTo(DataType.INT32));
    SDVariable losses =
        graph.loss().sparseSoftmaxCrossEntropy(logits, targets).mul(TOKEN_LOSSES, weights);
    SDVariable count = graph.math().max(weights.sum(0), graph.constant(1f));
    losses.sum(0).div(LOSS, count);
    graph.setLossVariables(LOSS);
  }
}
