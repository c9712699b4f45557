package org.owlore.examples.keras;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer on {@code [batch, length, hidden]} that knows where Keras keeps its weights. */
abstract class KerasSequenceLayer extends SameDiffLayer {
  private static final long serialVersionUID = 1L;

  /** For each parameter, the path of its data set within the group of the layer. */
  abstract Map<String, String> datasets();

  @Override
  public final Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    return RightGradients.instantiate(configuration, index, parameters, initialize, dataType);
  }
}
