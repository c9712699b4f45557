package org.owlore.examples.learningrate;

import lombok.NonNull;
import lombok.Value;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that rises in a straight line to its peak and then decays.
 *
 * <p>With w warm-up steps of n, step s (from 0) gets {@code peak * (s + 1) / w} while s is below w,
 * and {@code peak * decay((s - w) / (n - w))} afterwards: no step of the run gets zero.
 */
@Value
public class LearningRateSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  /** The highest learning rate. */
  double peak;

  /** The shape after the warm-up. */
  Decay decay;

  /** Length of the warm-up, in optimizer steps. */
  int warmUpSteps;

  /** Length of the run, in optimizer steps. */
  int steps;

  /**
   * Describes a schedule.
   *
   * @throws IllegalArgumentException if the peak is not positive and finite, or the warm-up is
   *     negative or not shorter than the run
   */
  public LearningRateSchedule(
      @JsonProperty("peak") double peak,
      @JsonProperty("decay") @NonNull Decay decay,
      @JsonProperty("warmUpSteps") int warmUpSteps,
      @JsonProperty("steps") int steps) {
    if (!(peak > 0 && peak < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The learning rate is %s; it must be above 0.".formatted(peak));
    }
    if (warmUpSteps < 0 || warmUpSteps >= steps) {
      throw new IllegalArgumentException(
          "The warm-up takes %d steps of a run of %d; it must be at least 0 and shorter than the run."
              .formatted(warmUpSteps, steps));
    }
    this.peak = peak;
    this.decay = decay;
    this.warmUpSteps = warmUpSteps;
    this.steps = steps;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (iteration < warmUpSteps) {
      return peak * (iteration + 1) / warmUpSteps;
    }
    double progress = (double) (iteration - warmUpSteps) / (steps - warmUpSteps);
    return peak * decay.factor(Math.min(1, progress));
  }

  /** This schedule itself, which never changes. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public ISchedule clone() {
    return this;
  }
}
