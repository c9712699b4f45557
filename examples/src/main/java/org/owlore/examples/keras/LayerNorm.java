package org.owlore.examples.keras;

import java.util.Map;
import lombok.AccessLevel;
import lombok.Data;
import lombok.EqualsAndHashCode;
import lombok.NoArgsConstructor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer normalization of each token of {@code [batch, length, hidden]}, with scale and shift. */
@Data
@EqualsAndHashCode(callSuper = true)
@NoArgsConstructor(access = AccessLevel.PRIVATE)
public class LayerNorm extends KerasSequenceLayer {
  private double epsilon;
  private long hidden;

  /**
   * A layer whose size is that of its input.
   *
   * @param name of the layer
   * @param epsilon added to the variance
   */
  LayerNorm(String name, double epsilon) {
    setLayerName(name);
    this.epsilon = epsilon;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    hidden = ((InputTypeRecurrent) inputType).getSize();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addBiasParam("gamma", 1, hidden);
    params.addBiasParam("beta", 1, hidden);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.get("gamma").assign(1);
    params.get("beta").assign(0);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    // Positive axes only: negative ones have wrong gradients in M2.1.
    SDVariable centered = input.sub(graph.mean(input, true, 2));
    SDVariable variance = graph.mean(graph.math().square(centered), true, 2);
    SDVariable normalized = centered.div(graph.math().sqrt(variance.add(epsilon)));
    return normalized.mul(parameters.get("gamma")).add(parameters.get("beta"));
  }

  @Override
  Map<String, String> datasets() {
    return Map.of("gamma", "gamma:0", "beta", "beta:0");
  }
}
