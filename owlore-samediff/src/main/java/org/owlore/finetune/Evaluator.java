package org.owlore.finetune;

import java.util.Arrays;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.graph.LanguageModel;

/** Measures a model on data: forward passes only. Holds off-heap memory until closed. */
public final class Evaluator implements AutoCloseable {
  private final LanguageModel model;
  private final Engine engine;

  /** An evaluator of a model, which it does not change. */
  public Evaluator(@NonNull LanguageModel model) {
    this.model = model;
    this.engine = new Engine(model.graph());
  }

  /**
   * What an evaluation found.
   *
   * @param loss mean cross-entropy over all labels that are not ignored, nats a token
   * @param labels how many labels counted
   */
  public record Result(double loss, long labels) {

    /** {@code exp(loss)}. */
    public double perplexity() {
      return Math.exp(loss);
    }
  }

  /**
   * Mean loss over one epoch of data, every label weighing the same.
   *
   * @throws IllegalArgumentException when every label is ignored
   */
  public Result evaluate(@NonNull BatchSource batches) {
    double total = 0;
    long labels = 0;
    for (long step = 0; step < batches.stepsPerEpoch(); step++) {
      try (Batch batch = batches.batch(step)) {
        long counted = countedLabels(batch);
        total += run(batch, model.loss()).getDouble(0) * counted;
        labels += counted;
      }
    }
    if (labels == 0) {
      throw new IllegalArgumentException(
          "The data has nothing to evaluate: every label is ignored.");
    }
    return new Result(total / labels, labels);
  }

  /**
   * The logits of one batch.
   *
   * @return {@code [batch, sequence, vocabulary]}, valid until the next call
   */
  public INDArray logits(@NonNull Batch batch) {
    return run(batch, model.logits());
  }

  @Override
  public void close() {
    engine.close();
  }

  private INDArray run(Batch batch, String output) {
    batch.requireFits(model.input());
    PlanRequest request =
        PlanRequest.builder()
            .output(output)
            .placeholders(Engine.types(batch.placeholders()))
            .build();
    PlanExecutor executor = engine.executor(request);
    executor.run(batch.placeholders(), StepObserver.NONE);
    return executor.output(output);
  }

  private static long countedLabels(Batch batch) {
    INDArray labels = batch.require(LanguageModel.LABELS);
    int[] values = labels.reshape(labels.length()).toIntVector();
    return Arrays.stream(values).filter(label -> label != LanguageModel.IGNORED_LABEL).count();
  }
}
