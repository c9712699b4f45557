package org.owlore.dl4j.freezing;

import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code BaseLayer.backpropGradient} without dW and db: the same operations in the same order, so
 * that what a frozen layer passes on is the same to the last bit.
 */
final class DenseInputGradient {
  private DenseInputGradient() {}

  /** Whether the layer does nothing that only its own backward pass knows how to undo. */
  static boolean serves(DenseLayer layer) {
    return !layer.hasLayerNorm() && layer.layerConf().getWeightNoise() == null;
  }

  static INDArray of(DenseLayer layer, INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray weight = layer.getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray sum = sum(layer, weight, workspaces);
    INDArray delta = layer.layerConf().getActivationFn().backprop(sum, epsilon).getFirst();
    mask(layer, delta);
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD,
            delta.dataType(),
            new long[] {weight.size(0), delta.size(0)},
            'f');
    INDArray next = weight.mmuli(delta.transpose(), result).transpose();
    if (layer.layerConf().getIDropout() != null) {
      layer
          .layerConf()
          .getIDropout()
          .backprop(next, next, layer.getIterationCount(), layer.getEpochCount());
    }
    return next;
  }

  /** W x + b, with the dropout of the forward pass already in x. */
  private static INDArray sum(DenseLayer layer, INDArray weight, LayerWorkspaceMgr workspaces) {
    INDArray input = layer.input().castTo(weight.dataType());
    INDArray sum =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, weight.dataType(), input.size(0), weight.size(1));
    input.mmuli(weight, sum);
    if (layer.hasBias()) {
      sum.addiRowVector(layer.getParam(DefaultParamInitializer.BIAS_KEY));
    }
    mask(layer, sum);
    return sum;
  }

  private static void mask(DenseLayer layer, INDArray rows) {
    if (layer.getMaskArray() != null) {
      rows.muliColumnVector(layer.getMaskArray().castTo(rows.dataType()));
    }
  }
}
