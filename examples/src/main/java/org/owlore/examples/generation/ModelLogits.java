package org.owlore.examples.generation;

import java.util.Arrays;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.finetune.Batch;
import org.owlore.finetune.Evaluator;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;

/**
 * The logits of a language model. Reads the whole text anew for each token, padded so that few
 * lengths occur: each length costs the engine a plan of its own.
 */
public final class ModelLogits implements NextTokenLogits {
  private static final int LENGTH_STEP = 32;

  private final Evaluator evaluator;
  private final ModelInput input;

  /**
   * Logits of one model.
   *
   * @param evaluator runs the model; stays open
   * @param input what the model reads
   */
  public ModelLogits(@NonNull Evaluator evaluator, @NonNull ModelInput input) {
    this.evaluator = evaluator;
    this.input = input;
  }

  @Override
  public float[] after(int[] ids) {
    int rows = Math.max(1, input.fixedBatch());
    int length = length(ids.length);
    int[] mask = new int[length];
    Arrays.fill(mask, 0, ids.length, 1);
    int[] labels = new int[length];
    Arrays.fill(labels, LanguageModel.IGNORED_LABEL);
    Map<String, INDArray> placeholders =
        Map.of(
            LanguageModel.INPUT_IDS, repeated(Arrays.copyOf(ids, length), rows),
            LanguageModel.ATTENTION_MASK, repeated(mask, rows),
            LanguageModel.LABELS, repeated(labels, rows));
    try (Batch batch = new Batch(placeholders, ids.length)) {
      return evaluator
          .logits(batch)
          .get(NDArrayIndex.point(0), NDArrayIndex.point(ids.length - 1), NDArrayIndex.all())
          .toFloatVector();
    }
  }

  private int length(int tokens) {
    if (input.fixedLength()) {
      return input.maximumLength();
    }
    int padded = (tokens + LENGTH_STEP - 1) / LENGTH_STEP * LENGTH_STEP;
    return Math.max(tokens, Math.min(padded, input.maximumLength()));
  }

  private static INDArray repeated(int[] row, int count) {
    int[][] rows = new int[count][];
    Arrays.fill(rows, row);
    return Nd4j.createFromArray(rows);
  }
}
