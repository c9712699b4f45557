package org.owlore.finetune;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.Profile;
import org.owlore.graph.LanguageModel;

/**
 * Where a run trains: runs plans, holds the optimizer's state and, if it has memory of its own, the
 * weights. Holds memory until closed. Not thread-safe.
 */
public interface TrainingDevice extends AutoCloseable {

  /** A run begins: the graph's weights may be others than before. */
  void begin();

  /**
   * Other weights train from now on.
   *
   * @param trained the variables that do
   */
  void freezeAllBut(@NonNull Set<String> trained);

  /**
   * Makes one step: loss, gradients, updates.
   *
   * @throws TrainingException when the loss, or a gradient of this or the step before, is not
   *     finite; no weight has taken up such a gradient
   */
  Outcome step(@NonNull Step step);

  /** What the run holds. */
  MemoryReport memory();

  /**
   * Sees to it that the graph has the trained weights.
   *
   * @param trained all variables that trained since {@link #begin}
   * @throws TrainingException when a gradient of the last step was not finite
   */
  void end(@NonNull Set<String> trained);

  @Override
  void close();

  /**
   * What a step is to do.
   *
   * @param request what to compute; its only output is the loss
   * @param placeholders an array for each placeholder
   * @param number of the step, from 0
   * @param epoch of the step, from 0
   * @param aboutToUpdate hears of each variable before it changes in the graph
   */
  record Step(
      @NonNull PlanRequest request,
      @NonNull Map<String, INDArray> placeholders,
      int number,
      int epoch,
      @NonNull Consumer<String> aboutToUpdate) {

    /** The name of the loss. */
    public String loss() {
      return request.outputs().get(0);
    }
  }

  /**
   * What came of a step.
   *
   * @param loss mean loss of the batch before the update, nats a token
   * @param profile where the time of the plan's steps went, as far as the device tells
   */
  record Outcome(double loss, @NonNull Profile profile) {}

  /** Opens a device for one model. */
  @FunctionalInterface
  interface Factory {

    /**
     * Opens the device.
     *
     * @param model what is trained; gradients are repaired
     * @param configuration how it is trained
     * @param projected the variables whose optimizer state is low-rank
     */
    TrainingDevice open(
        LanguageModel model, FineTuneConfiguration configuration, Set<String> projected);
  }

  /**
   * Refuses a loss that is no number.
   *
   * @throws TrainingException when it is not finite
   */
  static void requireFiniteLoss(double loss, int step) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          "The loss is "
              + loss
              + " at step "
              + step
              + ": try a smaller learning rate or a longer warm-up, and look at the data of this"
              + " step.");
    }
  }
}
