package org.owlore.examples.benchmark;

import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.Method;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.internals.GradientFunction;

/** Steps of the stock {@code sd.fit} on the repaired graph, with ND4J's own Adam. */
public final class StockSteps implements Contender {
  /** What this contender is called. */
  public static final String NAME = "stock";

  private static final double LEARNING_RATE = 1e-5;

  private final SameDiff graph;
  private final BatchSource batches;
  private final int lastRound;

  /**
   * Prepares a model for the stock training.
   *
   * @param model trained by nobody else
   * @param batches what it is trained on
   * @param lastRound the round after which it drops out, because its steps are slow
   */
  public StockSteps(@NonNull LanguageModel model, @NonNull BatchSource batches, int lastRound) {
    this.graph = model.graph();
    this.batches = batches;
    this.lastRound = lastRound;
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(LEARNING_RATE))
            .dataSetFeatureMapping(LanguageModel.INPUT_IDS, LanguageModel.ATTENTION_MASK)
            .dataSetLabelMapping(LanguageModel.LABELS)
            .build());
    // Else the first step would do so, with a line of output for each operation.
    GradientFunction.of(graph);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesPart(Turn turn) {
    return turn.method() == Method.FULL && turn.round() <= lastRound;
  }

  @Override
  public Timing step(Turn turn) {
    long start = System.nanoTime();
    try (Batch batch = batches.batch(turn.round())) {
      graph.fit(dataSet(batch.placeholders()));
    }
    return Timing.of((System.nanoTime() - start) / 1e6);
  }

  private static MultiDataSet dataSet(Map<String, INDArray> arrays) {
    List<INDArray> features =
        List.of(arrays.get(LanguageModel.INPUT_IDS), arrays.get(LanguageModel.ATTENTION_MASK));
    return new MultiDataSet(
        features.toArray(INDArray[]::new), new INDArray[] {arrays.get(LanguageModel.LABELS)});
  }

  /** The graph stays with whoever made it. */
  @Override
  public void close() {}
}
