package org.owlore.examples.quickstart;

import java.util.List;
import lombok.NonNull;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.Method;

/**
 * What one method made of the model.
 *
 * @param method how it was fine-tuned
 * @param losses loss of each step
 * @param accuracy share of held-out answers that are right afterwards, from 0 to 1
 * @param memory the most that a step held, off-heap
 * @param changedWeights how many weights differ from the pretrained ones
 * @param seconds how long the training took
 */
public record Trial(
    @NonNull Method method,
    @NonNull List<Double> losses,
    double accuracy,
    @NonNull MemoryReport memory,
    int changedWeights,
    double seconds) {

  /** Copies the list. */
  public Trial {
    losses = List.copyOf(losses);
  }
}
