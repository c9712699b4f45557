package org.owlore.examples.dl4j;

/** A program that trains a network, as it was and with OwLore. */
public interface Recipe {

  /**
   * Trains as Deeplearning4j does it, all layers with Adam.
   *
   * @param epochs to train
   * @return the share of held-out examples that are right
   */
  double before(int epochs);

  /**
   * The same program with OwLore: a few blocks at a time, with GaLore's small state.
   *
   * @param epochs to train
   * @return the share of held-out examples that are right
   */
  double after(int epochs);
}
