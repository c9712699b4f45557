package org.owlore.finetune;

/**
 * Off-heap memory of a run by what it is for, in bytes.
 *
 * @param weights the model
 * @param optimizer moments, projections, counters, and float32 copies of narrow weights
 * @param workspace activations, gradients and temporaries
 */
public record MemoryReport(long weights, long optimizer, long workspace) {

  /** All of it. */
  public long total() {
    return weights + optimizer + workspace;
  }
}
