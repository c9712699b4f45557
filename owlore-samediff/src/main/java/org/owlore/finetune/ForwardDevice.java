package org.owlore.finetune;

import java.util.Map;
import java.util.function.BiConsumer;
import lombok.NonNull;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.PlanRequest;
import org.owlore.graph.LanguageModel;

/**
 * Where a model is only computed, not trained. Holds memory until closed. Not thread-safe.
 *
 * <p>A device with memory of its own keeps the weights that it has once read: open another one when
 * they have changed.
 */
public interface ForwardDevice extends AutoCloseable {

  /**
   * Runs the model forward.
   *
   * @param request what to compute and to show: nothing trained
   * @param placeholders an array for each placeholder
   * @param reader is shown the arrays that the request asks for, each with its name; they are valid
   *     during the call only
   */
  void run(
      @NonNull PlanRequest request,
      @NonNull Map<String, INDArray> placeholders,
      @NonNull BiConsumer<String, INDArray> reader);

  @Override
  void close();

  /** Opens a device for one model. */
  @FunctionalInterface
  interface Factory {

    /**
     * Opens the device.
     *
     * @param model what is computed; not changed
     */
    ForwardDevice open(LanguageModel model);
  }
}
