package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.internals.ConvolutionInternals;

/**
 * The gradient of a layer's input without those of its parameters: for dense layers and
 * convolutions at less cost. All others know only both together; theirs are overwritten later.
 */
final class InputGradient {
  private InputGradient() {}

  /**
   * Computes dL/dx.
   *
   * @param epsilon dL/dy, null for an output layer
   * @return in the workspace of activation gradients, or null if the layer's input has no gradient
   */
  static INDArray of(Layer layer, INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (layer.getClass() == DenseLayer.class && DenseInputGradient.serves((DenseLayer) layer)) {
      return DenseInputGradient.of((DenseLayer) layer, epsilon, workspaces);
    }
    if (layer.getClass() == ConvolutionLayer.class) {
      return ConvolutionInternals.withHelper(
          (ConvolutionLayer) layer,
          ConvolutionInputGradient::new,
          () -> layer.backpropGradient(epsilon, workspaces).getSecond());
    }
    return layer.backpropGradient(epsilon, workspaces).getSecond();
  }
}
