package org.owlore.dl4j.testing;

import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** tanh, which counts how often a gradient has passed it. */
public final class CountingTanh extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;
  private final ActivationTanH tanh = new ActivationTanH();
  private final AtomicInteger backward = new AtomicInteger();

  /** How often the backward pass has come through a layer that has this activation. */
  public static int backwardPassesOf(Layer layer) {
    BaseLayer configuration = (BaseLayer) layer.conf().getLayer();
    return ((CountingTanh) configuration.getActivationFn()).backward.get();
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return tanh.getActivation(in, training);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    backward.incrementAndGet();
    return tanh.backprop(in, epsilon);
  }
}
