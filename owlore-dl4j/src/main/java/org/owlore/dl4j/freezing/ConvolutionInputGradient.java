package org.owlore.dl4j.freezing;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdDataAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.BwdFilterAlgo;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the gradient of a convolution's input and nothing else, as a transposed convolution:
 * about half the cost of all gradients. (The native conv2d_input_bp takes eight times as long.)
 * Everything else, and the shapes whose transposed convolution has another size than the input, is
 * left to the layer's own helper.
 *
 * @param own the layer's helper, or null
 */
record ConvolutionInputGradient(ConvolutionHelper own) implements ConvolutionHelper {

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray input,
      INDArray weights,
      INDArray bias,
      INDArray delta,
      int[] kernel,
      int[] strides,
      int[] padding,
      INDArray biasGradient,
      INDArray weightGradient,
      IActivation activation,
      AlgoMode mode,
      BwdFilterAlgo filterAlgorithm,
      BwdDataAlgo dataAlgorithm,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    Geometry geometry = new Geometry(kernel, strides, padding, dilation, convolutionMode, format);
    if (input.dataType() == DataType.FLOAT && geometry.invertible(input, delta)) {
      INDArray result =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape());
      geometry.transposed(delta, weights, result);
      return new Pair<>(new DefaultGradient(), result);
    }
    // DL4J gives every helper but this one a stand-in for the bias that a layer does not have.
    return own == null
        ? null
        : own.backpropGradient(
            input,
            weights,
            bias,
            delta,
            kernel,
            strides,
            padding,
            own instanceof MKLDNNConvHelper && bias == null ? null : biasGradient,
            weightGradient,
            activation,
            mode,
            filterAlgorithm,
            dataAlgorithm,
            convolutionMode,
            dilation,
            format,
            workspaces);
  }

  @Override
  public INDArray preOutput(
      INDArray input,
      INDArray weights,
      INDArray bias,
      int[] kernel,
      int[] strides,
      int[] padding,
      AlgoMode mode,
      FwdAlgo algorithm,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    return own == null
        ? null
        : own.preOutput(
            input,
            weights,
            bias,
            kernel,
            strides,
            padding,
            mode,
            algorithm,
            convolutionMode,
            dilation,
            format,
            workspaces);
  }

  @Override
  public INDArray activate(INDArray sum, IActivation activation, boolean training) {
    return own == null ? null : own.activate(sum, activation, training);
  }

  @Override
  public boolean checkSupported() {
    return true;
  }

  @Override
  public Map<String, Long> helperMemoryUse() {
    return Map.of();
  }

  /** The sizes of a convolution. */
  private record Geometry(
      int[] kernel,
      int[] strides,
      int[] padding,
      int[] dilation,
      ConvolutionMode mode,
      CNN2DFormat format) {

    /** Whether the transposed convolution of the output has the size of the input. */
    boolean invertible(INDArray input, INDArray output) {
      int height = format == CNN2DFormat.NCHW ? 2 : 1;
      return invertible(input.size(height), output.size(height), 0)
          && invertible(input.size(height + 1), output.size(height + 1), 1);
    }

    private boolean invertible(long input, long output, int axis) {
      if (mode == ConvolutionMode.Same) {
        return strides[axis] == 1;
      }
      long reach = (long) dilation[axis] * (kernel[axis] - 1) + 1;
      return (output - 1) * strides[axis] + reach - 2L * padding[axis] == input;
    }

    void transposed(INDArray delta, INDArray weights, INDArray result) {
      int kernelFirstOutputs = 1;
      Nd4j.exec(
          DynamicCustomOp.builder("deconv2d")
              .addInputs(delta, weights)
              .addOutputs(result)
              .addIntegerArguments(
                  kernel[0],
                  kernel[1],
                  strides[0],
                  strides[1],
                  padding[0],
                  padding[1],
                  dilation[0],
                  dilation[1],
                  mode == ConvolutionMode.Same ? 1 : 0,
                  format == CNN2DFormat.NCHW ? 0 : 1,
                  kernelFirstOutputs)
              .build());
    }
  }
}
