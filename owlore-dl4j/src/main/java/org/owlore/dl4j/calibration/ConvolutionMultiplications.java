package org.owlore.dl4j.calibration;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.Orientation;

/** Convolutions: the kernel as a matrix, and the patches that it multiplies. */
final class ConvolutionMultiplications {
  private static final String PATCHES = "patches";

  private ConvolutionMultiplications() {}

  static List<Multiplication> of(ConvolutionLayer layer) {
    if (layer instanceof Deconvolution3D) {
      return List.of();
    }
    if (layer instanceof Deconvolution2D) {
      SpreadInputs inputs = new SpreadInputs(windows(layer, 2), ChannelAxis.of(layer));
      return List.of(
          new Multiplication(
              "W",
              "spread input",
              Orientation.OUT_IN,
              ConvolutionMultiplications::outputsFirst,
              inputs));
    }
    if (layer instanceof DepthwiseConvolution2D) {
      return List.of(outLast(layer, Multiplication::columns));
    }
    if (layer instanceof Convolution1DLayer) {
      return List.of(outLast(layer, ConvolutionMultiplications::line));
    }
    Patches patches = patches(layer, Patches.Order.CHANNELS_FIRST);
    return List.of(Multiplication.outFirst("W", PATCHES, patches));
  }

  private static Multiplication outLast(ConvolutionLayer layer, UnaryOperator<INDArray> matrix) {
    Patches patches = patches(layer, Patches.Order.CHANNELS_LAST);
    return new Multiplication("W", PATCHES, Orientation.IN_OUT, matrix, patches);
  }

  /**
   * The kernel of a convolution in one dimension. DL4J gives its shape as {@code [out, in, width,
   * 1]}, but reads its memory as {@code [width, in, out]}.
   */
  private static INDArray line(INDArray kernel) {
    long outputs = kernel.size(0);
    return kernel.reshape('c', new long[] {kernel.length() / outputs, outputs});
  }

  /** A kernel {@code [in, out, height, width]} as {@code [out, in * height * width]}; a copy. */
  private static INDArray outputsFirst(INDArray kernel) {
    return Multiplication.rows(kernel.permute(1, 0, 2, 3).dup('c'));
  }

  private static Patches patches(ConvolutionLayer layer, Patches.Order order) {
    int axes = layer instanceof Convolution1DLayer ? 1 : layer instanceof Convolution3D ? 3 : 2;
    return new Patches(windows(layer, axes), ChannelAxis.of(layer), order);
  }

  private static List<Window> windows(ConvolutionLayer layer, int axes) {
    return IntStream.range(0, axes)
        .mapToObj(
            axis ->
                new Window(
                    layer.getKernelSize()[axis],
                    layer.getStride()[axis],
                    layer.getDilation()[axis],
                    layer.getPadding()[axis],
                    layer.getConvolutionMode()))
        .toList();
  }
}
