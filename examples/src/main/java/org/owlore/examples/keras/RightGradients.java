package org.owlore.examples.keras;

import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a layer made of SameDiff operations, with right gradients. Deeplearning4j 1.0.0-M2.1 adds
 * what comes from above to itself, so that the gradients of such a layer are two times too large,
 * and those of a layer below {@code n} of them 2^n times.
 */
public final class RightGradients extends SameDiffLayer {

  private RightGradients(NeuralNetConfiguration configuration, DataType dataType) {
    super(configuration, dataType);
  }

  /**
   * What a layer's own {@code instantiate} does, with this class in place of the stock one.
   *
   * @param configuration whose layer is made of SameDiff operations
   * @param index of the layer
   * @param parameters its part of the flat array
   * @param initialize whether to draw new parameters
   * @param dataType of the network
   */
  public static RightGradients instantiate(
      NeuralNetConfiguration configuration,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    RightGradients layer = new RightGradients(configuration, dataType);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table =
        configuration.getLayer().initializer().init(configuration, parameters, initialize);
    layer.setParamTable(table);
    layer.setConf(configuration);
    return layer;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray half = workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon).muli(0.5);
    return super.backpropGradient(half, workspaces);
  }
}
