package org.owlore.finetune;

import java.util.Arrays;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;

/**
 * Tells by two forward passes whether a model's tokens see later ones. Those of an encoder such as
 * BERT do; trained to predict the next token, it would learn to copy it.
 */
public final class CausalCheck {
  private static final int LENGTH = 6;
  private static final int OTHER_ID = 1;
  private static final double ROUNDING = 1e-4;

  private CausalCheck() {}

  /**
   * Checks that no token sees a later one.
   *
   * @throws IllegalArgumentException if one does
   */
  public static void require(@NonNull LanguageModel model) {
    if (!isCausal(model)) {
      throw new IllegalArgumentException(
          "The model's tokens see later ones, as an encoder's do: it cannot learn to predict the next token.");
    }
  }

  /** Whether the logits of all tokens but the last stay the same when the last one changes. */
  public static boolean isCausal(@NonNull LanguageModel model) {
    ModelInput input = model.input();
    int length =
        input.fixedLength() ? input.maximumLength() : Math.min(LENGTH, input.maximumLength());
    int last = Math.min(LENGTH, length) - 1;
    if (last == 0) {
      return true;
    }
    int[] ids = new int[length];
    int[] changed = ids.clone();
    changed[last] = Math.min(OTHER_ID, model.vocabularySize() - 1);
    try (Evaluator evaluator = new Evaluator(model);
        INDArray before = logits(evaluator, input, ids, last);
        INDArray after = logits(evaluator, input, changed, last)) {
      double size = before.amaxNumber().doubleValue();
      return !(before.distance1(after) > ROUNDING * size * before.length());
    }
  }

  private static INDArray logits(Evaluator evaluator, ModelInput input, int[] ids, int last) {
    int[] mask = new int[ids.length];
    Arrays.fill(mask, 0, last + 1, 1);
    int[] labels = new int[ids.length];
    Arrays.fill(labels, LanguageModel.IGNORED_LABEL);
    int rows = Math.max(1, input.fixedBatch());
    Map<String, INDArray> placeholders =
        Map.of(
            LanguageModel.INPUT_IDS, repeated(ids, rows),
            LanguageModel.ATTENTION_MASK, repeated(mask, rows),
            LanguageModel.LABELS, repeated(labels, rows));
    try (Batch batch = new Batch(placeholders, last + 1)) {
      return evaluator
          .logits(batch)
          .get(NDArrayIndex.all(), NDArrayIndex.interval(0, last), NDArrayIndex.all())
          .dup('c');
    }
  }

  private static INDArray repeated(int[] row, int count) {
    int[][] rows = new int[count][];
    Arrays.fill(rows, row);
    return Nd4j.createFromArray(rows);
  }
}
