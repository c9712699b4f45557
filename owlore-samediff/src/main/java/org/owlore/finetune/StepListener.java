package org.owlore.finetune;

/** Hears of each training step when it is done. */
@FunctionalInterface
public interface StepListener {

  /** Hears nothing. */
  StepListener NONE = report -> true;

  /**
   * A step is done.
   *
   * @return whether to go on; false ends the run after this step
   */
  boolean stepDone(StepReport report);
}
