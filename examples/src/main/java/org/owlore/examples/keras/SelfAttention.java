package org.owlore.examples.keras;

import java.util.LinkedHashMap;
import java.util.Map;
import lombok.AccessLevel;
import lombok.Data;
import lombok.EqualsAndHashCode;
import lombok.NoArgsConstructor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention as Keras has it, with biases, on {@code [batch, length, hidden]}. Its
 * matrices are {@code [hidden, heads * headSize]} for query, key and value, and the reverse for the
 * output. Masks are not read.
 */
@Data
@EqualsAndHashCode(callSuper = true)
@NoArgsConstructor(access = AccessLevel.PRIVATE)
public class SelfAttention extends KerasSequenceLayer {
  /** Deeplearning4j ends a layer's name at the last underscore: keys must not have one. */
  private static final String BIAS = "Bias";

  private static final String[] INPUTS = {"query", "key", "value"};
  private static final String OUTPUT = "output";

  private int length;
  private int hidden;
  private int heads;
  private int headSize;
  private boolean bias;

  /**
   * Made by its builder.
   *
   * @param name of the layer
   * @param length tokens of a row
   * @param hidden numbers of a token
   * @param heads number of heads
   * @param headSize numbers of a token in a head
   * @param bias whether the four products add a bias
   */
  @lombok.Builder
  SelfAttention(String name, int length, int hidden, int heads, int headSize, boolean bias) {
    setLayerName(name);
    setWeightInit(WeightInit.XAVIER);
    this.length = length;
    this.hidden = hidden;
    this.heads = heads;
    this.headSize = headSize;
    this.bias = bias;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    for (String part : INPUTS) {
      params.addWeightParam(part, hidden, (long) heads * headSize);
    }
    params.addWeightParam(OUTPUT, (long) heads * headSize, hidden);
    if (bias) {
      for (String part : INPUTS) {
        params.addBiasParam(biasOf(part), 1, (long) heads * headSize);
      }
      params.addBiasParam(biasOf(OUTPUT), 1, hidden);
    }
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.forEach(
        (name, values) -> {
          if (name.endsWith(BIAS)) {
            values.assign(0);
          } else {
            initWeights((int) values.size(0), (int) values.size(1), weightInit, values);
          }
        });
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    // Products of rank 3 by rank 2 have no gradient in M2.1.
    SDVariable tokens = graph.reshape(input, -1, hidden);
    SDVariable query = heads(graph, product(graph, tokens, "query", parameters));
    SDVariable key = heads(graph, product(graph, tokens, "key", parameters));
    SDVariable value = heads(graph, product(graph, tokens, "value", parameters));
    SDVariable logits = graph.mmul(query.mul(1 / Math.sqrt(headSize)), key, false, true, false);
    SDVariable mixed = graph.mmul(graph.nn().softmax(logits, 3), value);
    SDVariable joined =
        graph.reshape(graph.permute(mixed, 0, 2, 1, 3), -1, (long) heads * headSize);
    return graph.reshape(product(graph, joined, OUTPUT, parameters), -1, length, hidden);
  }

  private SDVariable product(
      SameDiff graph, SDVariable rows, String part, Map<String, SDVariable> parameters) {
    SDVariable product = graph.mmul(rows, parameters.get(part));
    return bias ? product.add(parameters.get(biasOf(part))) : product;
  }

  private SDVariable heads(SameDiff graph, SDVariable rows) {
    return graph.permute(graph.reshape(rows, -1, length, heads, headSize), 0, 2, 1, 3);
  }

  private static String biasOf(String part) {
    return part + BIAS;
  }

  @Override
  Map<String, String> datasets() {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String part : INPUTS) {
      paths.put(part, part + "/kernel:0");
      paths.put(biasOf(part), part + "/bias:0");
    }
    paths.put(OUTPUT, "attention_output/kernel:0");
    paths.put(biasOf(OUTPUT), "attention_output/bias:0");
    return paths;
  }
}
