package org.owlore.dl4j.calibration;

import java.util.List;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.owlore.dl4j.network.NetworkLayer;

/** Which parameters of a layer multiply something that is known exactly, and what. */
final class Multiplications {
  private static final String INPUT = "input";

  private Multiplications() {}

  /** The multiplications of a layer; none if nothing is known of it. */
  static List<Multiplication> of(NetworkLayer layer) {
    Object configuration = configuration(layer);
    if (configuration instanceof AbstractSameDiffLayer || configuration instanceof SameDiffVertex) {
      return SameDiffMultiplications.of(layer, configuration);
    }
    return configuration instanceof Layer known ? of(known) : List.of();
  }

  /** The configuration of a layer; of a vertex without a layer, its own. */
  static Object configuration(NetworkLayer layer) {
    Trainable trainable = layer.trainable();
    if (trainable instanceof GraphVertex vertex) {
      return vertex.hasLayer() ? vertex.getLayer().conf().getLayer() : vertex.getConfig();
    }
    return ((org.deeplearning4j.nn.api.Layer) trainable).conf().getLayer();
  }

  private static List<Multiplication> of(Layer layer) {
    if (layer instanceof ConvolutionLayer convolution) {
      return ConvolutionMultiplications.of(convolution);
    }
    if (layer instanceof EmbeddingLayer || layer instanceof EmbeddingSequenceLayer) {
      return List.of(Multiplication.of("W", INPUT, new TokenCounts(inputs(layer))));
    }
    if (layer instanceof VariationalAutoencoder) {
      return List.of(direct("e0W", ChannelAxis.FIRST));
    }
    if (layer instanceof OCNNOutputLayer) {
      return List.of();
    }
    return ofSequence(layer);
  }

  private static long inputs(Layer embedding) {
    return ((org.deeplearning4j.nn.conf.layers.FeedForwardLayer) embedding).getNIn();
  }

  /** Layers that may stand inside of a wrapper. */
  private static List<Multiplication> ofSequence(Layer layer) {
    if (layer instanceof TimeDistributed each) {
      return each.getUnderlying() instanceof DenseLayer
          ? List.of(direct("W", ChannelAxis.of(each)))
          : List.of();
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return ofSequence(wrapper.getUnderlying());
    }
    if (layer instanceof Bidirectional || layer instanceof BaseRecurrentLayer) {
      return RecurrentMultiplications.of(layer);
    }
    return layer instanceof DenseLayer
            || layer instanceof BaseOutputLayer
            || layer instanceof AutoEncoder
        ? List.of(direct("W", ChannelAxis.of(layer)))
        : List.of();
  }

  /** A parameter that multiplies what reaches the layer. */
  static Multiplication direct(String key, ChannelAxis channels) {
    return Multiplication.of(key, INPUT, InputReading.ofLayer(channels));
  }
}
