package org.owlore.finetune;

import java.util.List;
import java.util.Locale;
import lombok.NonNull;
import org.owlore.engine.Profile;

/**
 * What one training step did.
 *
 * @param step from 0
 * @param loss mean loss of the batch before the update, nats a token
 * @param active layers that trained
 * @param learningRate of this step
 * @param tokens tokens fed to the model in this step, padding not counted
 * @param seconds wall-clock time of this step
 * @param memory what the run holds
 * @param profile where the time of the step's plan went
 */
public record StepReport(
    long step,
    double loss,
    @NonNull List<Integer> active,
    double learningRate,
    long tokens,
    double seconds,
    @NonNull MemoryReport memory,
    @NonNull Profile profile) {

  /** In a line; the profile is left out. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "step %d: loss %.6f, layers %s, learning rate %.3g, %d tokens, %.3f s, %d bytes",
        step,
        loss,
        active,
        learningRate,
        tokens,
        seconds,
        memory.total());
  }
}
