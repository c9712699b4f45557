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

/**
 * The logits of a language model. Reads the whole text anew for each token, padded so that few
 * lengths occur: each length costs the engine a plan of its own.
 */
public final class ModelLogits implements NextTokenLogits {
  private static final int LENGTH_STEP = 32;

  private final Evaluator evaluator;
  private final int maximumLength;

  /**
   * Logits of one model.
   *
   * @param evaluator runs the model; stays open
   * @param maximumLength longest sequence the model reads, in tokens
   */
  public ModelLogits(@NonNull Evaluator evaluator, int maximumLength) {
    this.evaluator = evaluator;
    this.maximumLength = maximumLength;
  }

  @Override
  public float[] after(int[] ids) {
    int padded = (ids.length + LENGTH_STEP - 1) / LENGTH_STEP * LENGTH_STEP;
    int length = Math.max(ids.length, Math.min(padded, maximumLength));
    int[] mask = new int[length];
    Arrays.fill(mask, 0, ids.length, 1);
    int[] labels = new int[length];
    Arrays.fill(labels, LanguageModel.IGNORED_LABEL);
    Map<String, INDArray> placeholders =
        Map.of(
            LanguageModel.INPUT_IDS, Nd4j.createFromArray(new int[][] {Arrays.copyOf(ids, length)}),
            LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(new int[][] {mask}),
            LanguageModel.LABELS, Nd4j.createFromArray(new int[][] {labels}));
    try (Batch batch = new Batch(placeholders, ids.length)) {
      return evaluator
          .logits(batch)
          .get(NDArrayIndex.point(0), NDArrayIndex.point(ids.length - 1), NDArrayIndex.all())
          .toFloatVector();
    }
  }
}
