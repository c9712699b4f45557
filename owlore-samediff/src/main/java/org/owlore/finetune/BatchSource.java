package org.owlore.finetune;

/**
 * Training data with random access by step, so that an interrupted run resumes exactly: the batch
 * of a step depends on nothing but the source and the step.
 */
public interface BatchSource {

  /** Steps after which every example has been seen once; at least 1. */
  long stepsPerEpoch();

  /**
   * The batch of one step.
   *
   * @param step from 0, may exceed {@link #stepsPerEpoch()}: the source goes on with the next epoch
   * @return a new batch, which the caller closes
   */
  Batch batch(long step);
}
