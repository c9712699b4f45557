package org.owlore.sampling;

/**
 * How long the sampled layers stay: a new draw every so many optimizer steps, the first at step 0.
 *
 * @param steps length of an interval in optimizer steps, at least 1
 */
public record SamplingInterval(long steps) {

  /** Checks the length. */
  public SamplingInterval {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "The sampling interval is " + steps + " steps: it must be at least 1.");
    }
  }

  /**
   * The number of the interval that a step belongs to.
   *
   * @param step optimizer step, from 0
   */
  public long of(long step) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "The number of a step is " + step + ": it must not be negative.");
    }
    return step / steps;
  }

  /**
   * Whether a new draw is due before this step.
   *
   * @param step optimizer step, from 0
   */
  public boolean startsAt(long step) {
    return of(step) * steps == step;
  }
}
