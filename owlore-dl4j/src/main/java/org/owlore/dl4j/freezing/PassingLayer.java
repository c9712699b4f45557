package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands in for a frozen layer during the backward pass when layers below it train: passes the
 * gradient of its input on and reports none of its parameters. A forward pass that meets it comes
 * after a backward pass that failed: it gives way.
 */
final class PassingLayer extends FrozenLayerWithBackprop {
  private static final long serialVersionUID = 1L;

  private final transient Runnable giveWay;

  /**
   * A stand-in.
   *
   * @param giveWay puts all layers back
   */
  PassingLayer(Layer layer, Runnable giveWay) {
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

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return new Pair<>(
        new DefaultGradient(), InputGradient.of(getInsideLayer(), epsilon, workspaces));
  }

  /** What a layer adds to the loss does not depend on whether it trains. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return getInsideLayer().calcRegularizationScore(backpropParamsOnly);
  }
}
