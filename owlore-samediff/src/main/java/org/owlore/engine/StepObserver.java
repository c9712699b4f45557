package org.owlore.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a plan hands out while it runs. Arrays are valid during the call only. */
public interface StepObserver {

  /** Ignores everything; for forward passes. */
  StepObserver NONE = new StepObserver() {};

  /**
   * The gradient of a trained variable; nothing reads the weight or the gradient afterwards, so
   * that both may be changed in place.
   *
   * @param variable name of the weight
   * @param gradient same shape as the weight
   */
  default void gradient(String variable, INDArray gradient) {}

  /**
   * An array that was asked to be visited.
   *
   * @param name the array
   * @param value its value; must not be changed
   */
  default void visit(String name, INDArray value) {}
}
