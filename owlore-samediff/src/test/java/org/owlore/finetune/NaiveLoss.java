package org.owlore.finetune;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;

/** The mean cross-entropy over the labels that count, in plain loops. */
final class NaiveLoss {

  private NaiveLoss() {}

  /**
   * The loss of a batch.
   *
   * @param logits {@code [batch, sequence, vocabulary]}
   */
  static double of(INDArray logits, Batch batch) {
    return sum(logits, batch) / labels(batch);
  }

  /** The sum of the losses of a batch's labels. */
  static double sum(INDArray logits, Batch batch) {
    INDArray labels = batch.placeholders().get(LanguageModel.LABELS);
    double sum = 0;
    for (long row = 0; row < labels.size(0); row++) {
      for (long t = 0; t < labels.size(1); t++) {
        int label = labels.getInt((int) row, (int) t);
        if (label != LanguageModel.IGNORED_LABEL) {
          double normalizer = 0;
          for (long token = 0; token < logits.size(2); token++) {
            normalizer += Math.exp(logits.getDouble(row, t, token));
          }
          sum += Math.log(normalizer) - logits.getDouble(row, t, label);
        }
      }
    }
    return sum;
  }

  /** How many labels of a batch count. */
  static long labels(Batch batch) {
    INDArray labels = batch.placeholders().get(LanguageModel.LABELS);
    long count = 0;
    for (int label : labels.reshape(labels.length()).toIntVector()) {
      count += label == LanguageModel.IGNORED_LABEL ? 0 : 1;
    }
    return count;
  }
}
