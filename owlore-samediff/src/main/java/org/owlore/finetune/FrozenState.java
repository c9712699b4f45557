package org.owlore.finetune;

/** What becomes of a layer's optimizer state, step counters included, while the layer is frozen. */
public enum FrozenState {
  /** It stays in memory, and training goes on from it: what the public OwLore code does. */
  KEPT,
  /**
   * As {@link #KEPT}, but a device with memory of its own hands it to the host until the layer is
   * sampled again.
   */
  OFFLOADED,
  /** It is released when the layer freezes; a layer that is sampled again starts anew. */
  DROPPED
}
