package org.owlore.examples.dl4j;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.examples.keras.RightGradients;

/** Deeplearning4j's {@link SelfAttentionLayer} with {@link RightGradients}. */
final class AttentionLayer extends SelfAttentionLayer {
  private static final long serialVersionUID = 1L;

  /** For JSON. */
  @SuppressWarnings("unused")
  private AttentionLayer() {
    this(1, 1);
  }

  /**
   * Attention that keeps the size of its input.
   *
   * @param size numbers of a token, a multiple of the heads
   * @param heads number of heads
   */
  AttentionLayer(int size, int heads) {
    super(
        new SelfAttentionLayer.Builder()
            .nIn(size)
            .nOut(size)
            .nHeads(heads)
            .headSize(size / heads)
            .projectInput(true));
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    return RightGradients.instantiate(configuration, index, parameters, initialize, dataType);
  }
}
