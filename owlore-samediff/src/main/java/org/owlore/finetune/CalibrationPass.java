package org.owlore.finetune;

import java.util.Set;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;
import org.owlore.scoring.ActivationSource;
import org.owlore.scoring.ActivationVisitor;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.ScorableModel;

/**
 * Lets calibration data flow through a model for its layers to be scored. Computes the blocks only:
 * neither logits nor loss.
 */
@RequiredArgsConstructor
public final class CalibrationPass implements ActivationSource {
  private final @NonNull LanguageModel model;
  private final @NonNull BatchSource batches;

  /**
   * Scores the layers of a model on one epoch of data.
   *
   * @param model whose layers are scored; not changed
   * @param batches calibration data
   * @param metric what a score means
   */
  public static LayerScores score(
      @NonNull LanguageModel model, @NonNull BatchSource batches, @NonNull LayerMetric metric) {
    return metric.score(
        new ScorableModel(
            model.layers(),
            name -> model.graph().getArrForVarName(name),
            new CalibrationPass(model, batches)));
  }

  @Override
  public void run(@NonNull Set<String> variables, @NonNull ActivationVisitor visitor) {
    try (Engine engine = new Engine(model.graph())) {
      for (long step = 0; step < batches.stepsPerEpoch(); step++) {
        try (Batch batch = batches.batch(step)) {
          batch.requireFits(model.input());
          run(engine, batch, variables, visitor);
        }
      }
    }
  }

  private static void run(
      Engine engine, Batch batch, Set<String> variables, ActivationVisitor visitor) {
    boolean[] counted = counted(batch);
    PlanRequest request =
        PlanRequest.builder()
            .visited(variables)
            .placeholders(Engine.types(batch.placeholders()))
            .build();
    engine
        .executor(request)
        .run(
            batch.placeholders(),
            new StepObserver() {
              @Override
              public void visit(String name, INDArray value) {
                visitor.visit(name, rows(value), counted);
              }
            });
  }

  /** One row a token, whether or not batch and sequence are axes of their own. */
  private static INDArray rows(INDArray value) {
    return value.rank() > 2 ? value.reshape(-1, value.size(-1)) : value;
  }

  /** Neither padding nor rows that only fill up the batch count. */
  private static boolean[] counted(Batch batch) {
    INDArray attentionMask = batch.require(LanguageModel.ATTENTION_MASK);
    int[] mask = attentionMask.reshape(attentionMask.length()).toIntVector();
    long tokensWithData = (attentionMask.size(0) - batch.fillers()) * attentionMask.size(1);
    boolean[] counted = new boolean[mask.length];
    for (int token = 0; token < tokensWithData; token++) {
      counted[token] = mask[token] != 0;
    }
    return counted;
  }
}
