package org.owlore.examples.benchmark;

import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.graph.LanguageModel;

/** Random token ids without padding; the batch of a step depends on the step alone. */
public record RandomBatches(int rows, int length, int vocabulary) implements BatchSource {

  @Override
  public long stepsPerEpoch() {
    return Long.MAX_VALUE;
  }

  @Override
  public Batch batch(long step) {
    SplittableRandom random = new SplittableRandom(step);
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, ids(random),
            LanguageModel.LABELS, ids(random),
            LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, rows, length)),
        (long) rows * length);
  }

  private INDArray ids(SplittableRandom random) {
    int[] ids = random.ints((long) rows * length, 0, vocabulary).toArray();
    return Nd4j.createFromArray(ids).reshape(rows, length);
  }
}
