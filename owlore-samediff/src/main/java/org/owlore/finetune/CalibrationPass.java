package org.owlore.finetune;

import java.util.Set;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
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
  private final @NonNull ForwardDevice.Factory where;

  /** A pass on the host. */
  public CalibrationPass(@NonNull LanguageModel model, @NonNull BatchSource batches) {
    this(model, batches, HostForward::new);
  }

  /**
   * Scores the layers of a model on one epoch of data, on the host.
   *
   * @param model whose layers are scored; not changed
   * @param batches calibration data
   * @param metric what a score means
   */
  public static LayerScores score(
      @NonNull LanguageModel model, @NonNull BatchSource batches, @NonNull LayerMetric metric) {
    return score(model, batches, metric, HostForward::new);
  }

  /**
   * Scores the layers of a model on one epoch of data.
   *
   * @param where the data flows through the model, see {@link Devices#forward}; all else is
   *     computed on the host
   */
  public static LayerScores score(
      @NonNull LanguageModel model,
      @NonNull BatchSource batches,
      @NonNull LayerMetric metric,
      @NonNull ForwardDevice.Factory where) {
    return metric.score(
        new ScorableModel(
            model.layers(),
            name -> model.graph().getArrForVarName(name),
            new CalibrationPass(model, batches, where)));
  }

  @Override
  public void run(@NonNull Set<String> variables, @NonNull ActivationVisitor visitor) {
    try (ForwardDevice device = where.open(model)) {
      for (long step = 0; step < batches.stepsPerEpoch(); step++) {
        try (Batch batch = batches.batch(step)) {
          batch.requireFits(model.input());
          run(device, batch, variables, visitor);
        }
      }
    }
  }

  private static void run(
      ForwardDevice device, Batch batch, Set<String> variables, ActivationVisitor visitor) {
    boolean[] counted = counted(batch);
    PlanRequest request =
        PlanRequest.builder()
            .visited(variables)
            .placeholders(Engine.types(batch.placeholders()))
            .build();
    device.run(
        request, batch.placeholders(), (name, value) -> visitor.visit(name, rows(value), counted));
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
