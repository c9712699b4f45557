package org.owlore.scoring;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a metric reads the linear weights of a model. */
@FunctionalInterface
public interface WeightSource {

  /**
   * A weight as it is stored.
   *
   * @param name the name that the layer map gives it
   * @return a matrix of any floating-point type: metrics convert it block by block. It stays the
   *     property of the source; nobody changes or closes it.
   */
  INDArray weight(String name);
}
