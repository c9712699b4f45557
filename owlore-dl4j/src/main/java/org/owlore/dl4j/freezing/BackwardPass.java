package org.owlore.dl4j.freezing;

/**
 * The backward pass of a network, which can leave out what frozen layers do not need. Only between
 * {@link #shorten} and {@link #restore} is the network other than its owner made it.
 */
interface BackwardPass {

  /** From now on, the backward pass ends below the lowest trained layer and passes frozen ones. */
  void shorten();

  /** Puts everything back; without effect when nothing was shortened. */
  void restore();
}
