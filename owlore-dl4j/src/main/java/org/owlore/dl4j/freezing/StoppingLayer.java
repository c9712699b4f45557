package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;

/** Stands in for the layer below the lowest trained one: there DL4J ends its backward pass. */
final class StoppingLayer extends FrozenLayer {
  private static final long serialVersionUID = 1L;

  StoppingLayer(Layer layer) {
    super(layer);
  }

  /** What a layer adds to the loss does not depend on whether it trains. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return getInsideLayer().calcRegularizationScore(backpropParamsOnly);
  }
}
