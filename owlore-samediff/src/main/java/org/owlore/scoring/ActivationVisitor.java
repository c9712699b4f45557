package org.owlore.scoring;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Looks at the activations of a forward pass; see {@link ActivationSource}. */
@FunctionalInterface
public interface ActivationVisitor {

  /**
   * Looks at one activation of one batch.
   *
   * @param variable name of the activation
   * @param activation {@code [tokens, channels]} of any floating-point type, where tokens is batch
   *     times sequence, flattened row by row; valid during this call only
   * @param counted one entry a token: false for padding, which must not influence a score
   */
  void visit(String variable, INDArray activation, boolean[] counted);
}
