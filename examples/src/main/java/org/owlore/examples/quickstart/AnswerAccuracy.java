package org.owlore.examples.quickstart;

import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Evaluator;
import org.owlore.graph.LanguageModel;

/**
 * The share of answers that a model gives word for word when it always takes the likeliest token.
 * An answer is right if the model's choice is right at each of its tokens and at its end.
 */
final class AnswerAccuracy {
  private AnswerAccuracy() {}

  /**
   * Measures one epoch.
   *
   * @param batches one document a row; only answers have labels
   * @return from 0 to 1
   */
  static double of(@NonNull Evaluator evaluator, @NonNull BatchSource batches) {
    long right = 0;
    long answers = 0;
    for (long step = 0; step < batches.stepsPerEpoch(); step++) {
      try (Batch batch = batches.batch(step);
          INDArray choices = evaluator.logits(batch).argMax(2)) {
        INDArray labels = batch.placeholders().get(LanguageModel.LABELS);
        for (long row = 0; row < labels.size(0); row++) {
          right += matches(labels.getRow(row), choices.getRow(row)) ? 1 : 0;
          answers++;
        }
      }
    }
    return (double) right / answers;
  }

  private static boolean matches(INDArray labels, INDArray choices) {
    int[] wanted = labels.toIntVector();
    int[] chosen = choices.toIntVector();
    for (int position = 0; position < wanted.length; position++) {
      if (wanted[position] != LanguageModel.IGNORED_LABEL && wanted[position] != chosen[position]) {
        return false;
      }
    }
    return true;
  }
}
