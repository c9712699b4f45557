package org.owlore.finetune;

/**
 * How a weight that is stored in 16 bits a number takes up updates, which are computed in float32
 * and mostly smaller than the distance between two such numbers.
 */
public enum NarrowUpdate {
  /**
   * The new number is rounded up or down at random, the nearer the likelier, so that small updates
   * count on average. Costs no memory.
   */
  STOCHASTIC_ROUNDING,
  /**
   * A float32 copy of each weight that is being trained takes up the updates, and the weight is its
   * rounding. Made when a layer is sampled and dropped when it freezes.
   */
  MASTERS
}
