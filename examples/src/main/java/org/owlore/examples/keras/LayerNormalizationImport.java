package org.owlore.examples.keras;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;

/** Keras' {@code LayerNormalization} over the last of three axes, as {@link LayerNorm}. */
public final class LayerNormalizationImport extends KerasLayer {

  /**
   * Called by {@code KerasModelImport}.
   *
   * @param configuration the layer, as Keras describes it
   * @throws IllegalArgumentException if it normalizes other axes, or does not scale or shift
   */
  public LayerNormalizationImport(Map<String, Object> configuration)
      throws InvalidKerasConfigurationException, UnsupportedKerasConfigurationException {
    super(configuration, false);
    Map<String, Object> inner = KerasLayerUtils.getInnerLayerConfigFromConfig(configuration, conf);
    boolean lastAxis =
        List.of(2).equals(inner.get("axis")) || List.of(-1).equals(inner.get("axis"));
    if (!lastAxis || !(boolean) inner.get("center") || !(boolean) inner.get("scale")) {
      throw new IllegalArgumentException(
          "LayerNormalization \"%s\" cannot be imported: only axis -1 of sequences, with center and scale."
              .formatted(layerName));
    }
    layer = new LayerNorm(layerName, ((Number) inner.get("epsilon")).doubleValue());
  }

  @Override
  public InputType getOutputType(InputType... inputs) {
    return layer.getOutputType(-1, inputs[0]);
  }
}
