package org.owlore.dl4j.internals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.layers.LayerHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Fails when a release of Deeplearning4j keeps the helper of a convolution elsewhere. */
class ConvolutionInternalsTest {
  private final ConvolutionLayer layer = convolution();
  private final ConvolutionHelper other = new MKLDNNConvHelper(DataType.FLOAT);

  @Test
  void theReplacementIsMadeFromTheLayersOwnHelper() {
    LayerHelper own = layer.getHelper();
    ConvolutionInternals.withHelper(
        layer,
        helper -> {
          assertThat(helper).isSameAs(own);
          return other;
        },
        () -> null);
  }

  @Test
  void theActionSeesTheReplacement() {
    LayerHelper seen = ConvolutionInternals.withHelper(layer, own -> other, layer::getHelper);
    assertThat(seen).isSameAs(other);
  }

  @Test
  void theOwnHelperIsBackAfterwards() {
    LayerHelper own = layer.getHelper();
    ConvolutionInternals.withHelper(layer, helper -> other, () -> 1);
    assertThat(layer.getHelper()).isSameAs(own);
  }

  @Test
  void theOwnHelperIsBackAfterAnActionThatFailed() {
    LayerHelper own = layer.getHelper();
    assertThatThrownBy(
            () ->
                ConvolutionInternals.withHelper(
                    layer,
                    helper -> other,
                    () -> {
                      throw new IllegalStateException("of the action");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("of the action");
    assertThat(layer.getHelper()).isSameAs(own);
  }

  private static ConvolutionLayer convolution() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(2, 2)
                        .nOut(2)
                        .build(),
                    new OutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.convolutional(4, 4, 1))
                .build());
    network.init();
    return (ConvolutionLayer) network.getLayer(0);
  }
}
