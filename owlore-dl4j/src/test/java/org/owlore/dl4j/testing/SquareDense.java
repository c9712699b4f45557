package org.owlore.dl4j.testing;

import java.util.Map;
import lombok.Data;
import lombok.EqualsAndHashCode;
import lombok.NoArgsConstructor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer of one's own: tanh(x W + b). */
@Data
@NoArgsConstructor
@EqualsAndHashCode(callSuper = true)
public class SquareDense extends SameDiffLayer {
  private long in;
  private long out;

  /** A layer with random weights. */
  public SquareDense(long in, long out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    return graph.math().tanh(input.mmul(parameters.get("W")).add(parameters.get("b")));
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    parameters.addWeightParam("W", in, out);
    parameters.addBiasParam("b", 1, out);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    parameters.get("b").assign(0);
    initWeights((int) in, (int) out, WeightInit.XAVIER, parameters.get("W"));
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(out);
  }
}
