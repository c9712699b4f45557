package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands in for the layer below the lowest trained one: there DL4J ends its backward pass. A
 * forward pass that meets it comes after a backward pass that failed: it gives way.
 */
final class StoppingLayer extends FrozenLayer {
  private static final long serialVersionUID = 1L;

  private final transient Runnable giveWay;

  /**
   * A stand-in.
   *
   * @param giveWay puts all layers back
   */
  StoppingLayer(Layer layer, Runnable giveWay) {
    super(layer);
    this.giveWay = giveWay;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    giveWay.run();
    return getInsideLayer().activate(training, workspaces);
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    giveWay.run();
    return getInsideLayer().activate(input, training, workspaces);
  }

  /** What a layer adds to the loss does not depend on whether it trains. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return getInsideLayer().calcRegularizationScore(backpropParamsOnly);
  }
}
