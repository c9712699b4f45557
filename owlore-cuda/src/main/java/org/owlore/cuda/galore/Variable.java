package org.owlore.cuda.galore;

import lombok.NonNull;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.NonFiniteGradientException;

/**
 * A variable, and how it is told that training stops there.
 *
 * @param name of the variable
 * @param shape of the variable
 */
record Variable(@NonNull String name, @NonNull long... shape) {

  /** Its gradient holds NaN or infinity. */
  TrainingException gradientNotFinite(int step, int ownSteps) {
    NonFiniteGradientException cause = new NonFiniteGradientException(shape, ownSteps);
    return new TrainingException(stopped(step) + cause.getMessage(), cause);
  }

  /** A number has become too large for the type of the weight. */
  TrainingException tooLarge(int step) {
    return new TrainingException(
        stopped(step)
            + "A number is too large for its 16-bit type: try a smaller learning rate, or store the weights in a wider type.");
  }

  private String stopped(int step) {
    return "Training stopped at step " + step + " in \"" + name + "\": ";
  }
}
