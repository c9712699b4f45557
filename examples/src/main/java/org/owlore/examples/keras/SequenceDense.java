package org.owlore.examples.keras;

import java.util.Map;
import lombok.AccessLevel;
import lombok.Data;
import lombok.EqualsAndHashCode;
import lombok.NoArgsConstructor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same dense layer at each time step: {@code activation(x W + b)} of {@code [batch, length,
 * inputs]}, with W {@code [inputs, units]}.
 */
@Data
@EqualsAndHashCode(callSuper = true)
@NoArgsConstructor(access = AccessLevel.PRIVATE)
public class SequenceDense extends KerasSequenceLayer {
  private long inputs;
  private long units;
  private long length;
  private boolean bias;
  private Activation activation;

  /**
   * Made by its builder; the size of the input is found when a network is built.
   *
   * @param name of the layer
   * @param units numbers that come out at each time step
   * @param bias whether there is one
   * @param activation applied to each number
   */
  @lombok.Builder
  SequenceDense(String name, long units, boolean bias, Activation activation) {
    setLayerName(name);
    setWeightInit(WeightInit.XAVIER);
    this.units = units;
    this.bias = bias;
    this.activation = activation;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    InputTypeRecurrent sequence = (InputTypeRecurrent) inputType;
    inputs = sequence.getSize();
    length = sequence.getTimeSeriesLength();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputTypeRecurrent sequence = (InputTypeRecurrent) inputType;
    return InputType.recurrent(units, sequence.getTimeSeriesLength(), RNNFormat.NWC);
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addWeightParam("kernel", inputs, units);
    if (bias) {
      params.addBiasParam("bias", 1, units);
    }
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    initWeights((int) inputs, (int) units, weightInit, params.get("kernel"));
    if (bias) {
      params.get("bias").assign(0);
    }
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable rows = graph.reshape(input, -1, inputs);
    SDVariable product = graph.mmul(rows, parameters.get("kernel"));
    SDVariable sum = bias ? product.add(parameters.get("bias")) : product;
    return graph.reshape(activation.asSameDiff(graph, sum), -1, length, units);
  }

  @Override
  Map<String, String> datasets() {
    return Map.of("kernel", "kernel:0", "bias", "bias:0");
  }
}
