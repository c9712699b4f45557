package org.owlore.finetune;

import java.util.Arrays;
import java.util.function.Consumer;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.graph.LanguageModel;

/** Measures a model on data: forward passes only. Holds memory until closed. */
public final class Evaluator implements AutoCloseable {
  private final LanguageModel model;
  private final ForwardDevice device;
  private INDArray logits;

  /** An evaluator of a model, which it does not change, on the host. */
  public Evaluator(@NonNull LanguageModel model) {
    this(model, HostForward::new);
  }

  /**
   * An evaluator of a model, which it does not change.
   *
   * @param where it computes, see {@link Devices#forward}
   */
  public Evaluator(@NonNull LanguageModel model, @NonNull ForwardDevice.Factory where) {
    this.model = model;
    this.device = where.open(model);
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
        total += loss(batch) * counted;
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
    show(
        batch,
        model.logits(),
        value -> {
          closeLogits();
          logits = value.dup();
        });
    return logits;
  }

  @Override
  public void close() {
    closeLogits();
    device.close();
  }

  private void closeLogits() {
    if (logits != null) {
      logits.close();
      logits = null;
    }
  }

  private double loss(Batch batch) {
    double[] loss = new double[1];
    show(batch, model.loss(), value -> loss[0] = value.getDouble(0));
    return loss[0];
  }

  private void show(Batch batch, String array, Consumer<INDArray> reader) {
    batch.requireFits(model.input());
    PlanRequest request =
        PlanRequest.builder().visit(array).placeholders(Engine.types(batch.placeholders())).build();
    device.run(request, batch.placeholders(), (name, value) -> reader.accept(value));
  }

  private static long countedLabels(Batch batch) {
    INDArray labels = batch.require(LanguageModel.LABELS);
    int[] values = labels.reshape(labels.length()).toIntVector();
    return Arrays.stream(values).filter(label -> label != LanguageModel.IGNORED_LABEL).count();
  }
}
