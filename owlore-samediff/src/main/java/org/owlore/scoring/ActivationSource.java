package org.owlore.scoring;

import java.util.Set;

/** Lets the calibration data flow through a model and shows what passes by. */
@FunctionalInterface
public interface ActivationSource {

  /**
   * Makes one forward pass over every calibration batch. Hands each requested variable of each
   * batch to the visitor as soon as it has been computed, so that no more than one batch is ever
   * held.
   *
   * @param variables names of the activations that are wanted
   * @param visitor is called once a batch for each of them, on the calling thread
   */
  void run(Set<String> variables, ActivationVisitor visitor);
}
