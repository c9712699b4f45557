package org.owlore.examples.keras;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;

/** Keras' {@code MultiHeadAttention} of a sequence with itself, as {@link SelfAttention}. */
public final class MultiHeadAttentionImport extends KerasLayer {

  /**
   * Called by {@code KerasModelImport}.
   *
   * @param configuration the layer, as Keras describes it
   * @throws IllegalArgumentException if it attends to another sequence, drops out, or its rows have
   *     no fixed length
   */
  public MultiHeadAttentionImport(Map<String, Object> configuration)
      throws InvalidKerasConfigurationException, UnsupportedKerasConfigurationException {
    super(configuration, false);
    Map<String, Object> inner = KerasLayerUtils.getInnerLayerConfigFromConfig(configuration, conf);
    if (getInboundLayerNames().size() != 1 || !attendsToItself(configuration)) {
      throw refused("attends to another sequence; only attention(x, x) can be imported");
    }
    if (((Number) inner.get("dropout")).doubleValue() != 0) {
      throw refused("has dropout; save the model with dropout=0");
    }
    List<?> shape = (List<?>) inner.get("query_shape");
    if (shape == null || shape.size() != 3 || shape.get(1) == null) {
      throw refused("has rows of no fixed length; give the Input its length");
    }
    layer =
        SelfAttention.builder()
            .name(layerName)
            .length((int) shape.get(1))
            .hidden((int) shape.get(2))
            .heads((int) inner.get("num_heads"))
            .headSize((int) inner.get("key_dim"))
            .bias((boolean) inner.get("use_bias"))
            .build();
  }

  private static boolean attendsToItself(Map<String, Object> configuration) {
    List<?> call = (List<?>) ((List<?>) configuration.get("inbound_nodes")).get(0);
    List<?> query = (List<?>) call.get(0);
    List<?> value = (List<?>) ((Map<?, ?>) query.get(3)).get("value");
    return value != null && value.get(0).equals(query.get(0));
  }

  private IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException(
        "MultiHeadAttention \"%s\" %s.".formatted(layerName, reason));
  }

  @Override
  public InputType getOutputType(InputType... inputs) {
    return layer.getOutputType(-1, inputs[0]);
  }
}
