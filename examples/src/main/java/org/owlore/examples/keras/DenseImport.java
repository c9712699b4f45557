package org.owlore.examples.keras;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasActivationUtils;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLayerUtils;

/** Keras' {@code Dense} on a sequence, as {@link SequenceDense}. */
public final class DenseImport extends KerasLayer {

  /**
   * Called by {@code KerasModelImport}.
   *
   * @param configuration the layer, as Keras describes it
   */
  public DenseImport(Map<String, Object> configuration)
      throws InvalidKerasConfigurationException, UnsupportedKerasConfigurationException {
    super(configuration, false);
    layer =
        SequenceDense.builder()
            .name(layerName)
            .units(KerasLayerUtils.getNOutFromConfig(configuration, conf))
            .bias(KerasLayerUtils.getHasBiasFromConfig(configuration, conf))
            .activation(KerasActivationUtils.getActivationFromConfig(configuration, conf))
            .build();
  }

  @Override
  public InputType getOutputType(InputType... inputs) {
    return layer.getOutputType(-1, inputs[0]);
  }
}
