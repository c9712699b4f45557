package org.owlore.dl4j.calibration;

import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.NetworkLayer;

/** Where an activation with more than two axes has its channels. */
enum ChannelAxis {
  /** Behind the examples, as DL4J has them by default: NCW, NCHW, NCDHW. */
  FIRST,
  /** Behind all others, as Keras has them: NWC, NHWC, NDHWC. */
  LAST;

  /** Of what reaches a block: its first layer that knows. */
  static ChannelAxis ofInput(Block block) {
    return block.layers().stream()
        .flatMap(layer -> known(layer).stream())
        .findFirst()
        .orElse(FIRST);
  }

  /** Of what leaves a block: its last layer that knows. */
  static ChannelAxis ofOutput(Block block) {
    return block.layers().stream()
        .flatMap(layer -> known(layer).stream())
        .reduce((before, after) -> after)
        .orElse(FIRST);
  }

  private static Optional<ChannelAxis> known(NetworkLayer layer) {
    Object configuration = Multiplications.configuration(layer);
    if (configuration instanceof AbstractSameDiffLayer || configuration instanceof SameDiffVertex) {
      return SameDiffMultiplications.channels(layer, configuration);
    }
    return configuration instanceof EmbeddingSequenceLayer embedding
        ? Optional.of(of(embedding.getOutputFormat()))
        : configuration instanceof Layer stock ? Optional.of(of(stock)) : Optional.empty();
  }

  /** As a layer is configured; most have no choice. */
  static ChannelAxis of(Layer layer) {
    if (layer instanceof TimeDistributed each) {
      return of(each.getRnnDataFormat());
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return of(wrapper.getUnderlying());
    }
    if (layer instanceof Bidirectional both) {
      return of(both.getRNNDataFormat());
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return of(recurrent.getRnnDataFormat());
    }
    if (layer instanceof RnnOutputLayer output) {
      return of(output.getRnnDataFormat());
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return of(convolution);
    }
    return layer instanceof BatchNormalization norm && norm.getCnn2DFormat() == CNN2DFormat.NHWC
        ? LAST
        : FIRST;
  }

  private static ChannelAxis of(ConvolutionLayer layer) {
    if (layer instanceof Convolution1DLayer line) {
      return of(line.getRnnDataFormat());
    }
    boolean last =
        layer instanceof Convolution3D space
            ? space.getDataFormat() == Convolution3D.DataFormat.NDHWC
            : layer.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    return last ? LAST : FIRST;
  }

  /** A layer without a format has the channels behind the examples. */
  private static ChannelAxis of(RNNFormat format) {
    return format == RNNFormat.NWC ? LAST : FIRST;
  }

  /** A view with the channels behind all other axes. */
  INDArray toLast(INDArray activation) {
    int rank = activation.rank();
    if (this == LAST || rank <= 2) {
      return activation;
    }
    int[] axes = IntStream.range(0, rank).map(axis -> axis == 0 ? 0 : axis + 1).toArray();
    axes[rank - 1] = 1;
    return activation.permute(axes);
  }

  /** A view with the channels behind the examples. */
  INDArray toFirst(INDArray activation) {
    int rank = activation.rank();
    if (this == FIRST || rank <= 2) {
      return activation;
    }
    int[] axes = IntStream.range(0, rank).map(axis -> axis == 0 ? 0 : axis - 1).toArray();
    axes[1] = rank - 1;
    return activation.permute(axes);
  }
}
