package org.owlore.graph;

import lombok.NonNull;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Mean cross-entropy over the labels that are not ignored. */
public final class TokenLoss {
  /** FLOAT scalar: the mean over all labels that are not ignored, 0 where all are. */
  public static final String LOSS = "loss";

  /** FLOAT {@code [tokens]}: the loss of each token, 0 where the label is ignored. */
  public static final String TOKEN_LOSSES = "token_losses";

  private TokenLoss() {}

  /**
   * Adds the loss to the graph and marks it as such.
   *
   * @param logits FLOAT {@code [tokens, vocabulary]}
   * @param labels INT32 {@code [batch, sequence]}, see {@link LanguageModel#LABELS}
   */
  public static void add(@NonNull SDVariable logits, @NonNull SDVariable labels) {
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
