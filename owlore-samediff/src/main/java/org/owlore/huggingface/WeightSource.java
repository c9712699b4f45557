package org.owlore.huggingface;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where the weights of a graph come from: a checkpoint, or a random generator. */
@FunctionalInterface
public interface WeightSource {

  /**
   * Hands out one weight; asked once for each.
   *
   * @param name e.g. {@code model.layers.0.self_attn.q_proj.weight}
   * @param shape what the configuration asks for
   * @return a new array of that shape in C order, which the graph will own: FLOAT, or already of
   *     the type that the graph stores
   */
  INDArray weight(String name, long... shape);
}
