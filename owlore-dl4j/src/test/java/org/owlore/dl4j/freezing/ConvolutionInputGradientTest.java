package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.dl4j.internals.ConvolutionInternals;
import org.owlore.dl4j.testing.AlternatingDropout;

class ConvolutionInputGradientTest {
  private static final LayerWorkspaceMgr NONE = LayerWorkspaceMgr.noWorkspaces();

  /** A convolution and the size of its input. */
  private record Sample(
      int height,
      int width,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      ConvolutionMode mode,
      CNN2DFormat format,
      boolean bias,
      boolean dropout,
      DataType type) {

    static Sample of(Random random) {
      ConvolutionMode[] modes = {
        ConvolutionMode.Truncate, ConvolutionMode.Strict, ConvolutionMode.Same
      };
      ConvolutionMode mode = modes[random.nextInt(3)];
      int[] kernel = pair(random, 1, 3);
      int[] stride = pair(random, 1, 2);
      int[] padding = mode == ConvolutionMode.Same ? new int[] {0, 0} : pair(random, 0, 1);
      int[] dilation = pair(random, 1, 2);
      int[] size = new int[2];
      for (int axis = 0; axis < 2; axis++) {
        int reach = dilation[axis] * (kernel[axis] - 1) + 1;
        int rest = mode == ConvolutionMode.Strict ? 0 : random.nextInt(stride[axis]);
        int outputs = 2 + random.nextInt(4);
        int inputs = (outputs - 1) * stride[axis] + reach - 2 * padding[axis] + rest;
        size[axis] = Math.max(inputs, 1 + rest);
      }
      CNN2DFormat format = CNN2DFormat.values()[random.nextInt(2)];
      // DL4J's own backward pass drops out in NCHW what its forward pass dropped out in NHWC.
      boolean dropout = format == CNN2DFormat.NCHW && random.nextBoolean();
      return new Sample(
          size[0],
          size[1],
          kernel,
          stride,
          padding,
          dilation,
          mode,
          format,
          random.nextBoolean(),
          dropout,
          random.nextInt(3) == 0 ? DataType.DOUBLE : DataType.FLOAT);
    }

    private static int[] pair(Random random, int least, int most) {
      int range = most - least + 1;
      return new int[] {least + random.nextInt(range), least + random.nextInt(range)};
    }

    ConvolutionLayer layer() {
      var convolution =
          new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(kernel, stride)
              .padding(padding)
              .dilation(dilation)
              .convolutionMode(mode)
              .dataFormat(format)
              .hasBias(bias)
              .nIn(3)
              .nOut(4)
              .activation(Activation.TANH);
      if (dropout) {
        convolution.dropOut(new AlternatingDropout());
      }
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .dataType(type)
                  .biasInit(0.2)
                  .list(convolution.build(), new CnnLossLayer.Builder().format(format).build())
                  .setInputType(InputType.convolutional(height, width, 3, format))
                  .build());
      network.init();
      network.initGradientsView();
      return (ConvolutionLayer) network.getLayer(0);
    }

    INDArray input() {
      return format == CNN2DFormat.NCHW
          ? Nd4j.randn(type, 2, 3, height, width)
          : Nd4j.randn(type, 2, height, width, 3);
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isWhatDl4jPassesOnForEveryGeometry(int seed) {
    Sample sample = Sample.of(new Random(seed));
    assertSameAsStock(sample, sample.layer());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isWhatDl4jPassesOnWithItsOneDnnHelper(int seed) {
    Sample sample = Sample.of(new Random(seed));
    ConvolutionLayer layer = sample.layer();
    ConvolutionInternals.withHelper(
        layer,
        none -> new MKLDNNConvHelper(DataType.FLOAT),
        () -> {
          assertSameAsStock(sample, layer);
          return null;
        });
  }

  private static void assertSameAsStock(Sample sample, ConvolutionLayer layer) {
    layer.setInput(sample.input(), NONE);
    INDArray epsilon = Nd4j.randn(sample.type(), layer.activate(true, NONE).shape());
    INDArray expected = layer.backpropGradient(epsilon.dup(), NONE).getSecond().dup('c');
    INDArray actual = InputGradient.of(layer, epsilon.dup(), NONE).dup('c');
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).amaxNumber().doubleValue())
        .as("%s", sample)
        .isLessThanOrEqualTo(1e-5 * expected.amaxNumber().doubleValue());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theLayerTrainsAfterwardsAsItDidBefore(int seed) {
    Sample sample = Sample.of(new Random(seed));
    assertTrainsOn(sample, sample.layer());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOneDnnHelperIsNotGivenUp(int seed) {
    Sample sample = Sample.of(new Random(seed));
    ConvolutionLayer layer = sample.layer();
    ConvolutionInternals.withHelper(
        layer,
        none -> new MKLDNNConvHelper(DataType.FLOAT),
        () -> {
          assertTrainsOn(sample, layer);
          return null;
        });
  }

  private static void assertTrainsOn(Sample sample, ConvolutionLayer layer) {
    layer.setInput(sample.input(), NONE);
    INDArray epsilon = Nd4j.randn(sample.type(), layer.activate(true, NONE).shape());
    double[] before = gradients(layer, epsilon);
    InputGradient.of(layer, epsilon.dup(), NONE);
    assertThat(gradients(layer, epsilon)).isEqualTo(before);
  }

  @Test
  void computesNoGradientOfParameters() {
    Sample sample =
        new Sample(
            6,
            7,
            new int[] {3, 2},
            new int[] {1, 1},
            new int[] {1, 0},
            new int[] {1, 1},
            ConvolutionMode.Truncate,
            CNN2DFormat.NCHW,
            true,
            false,
            DataType.FLOAT);
    ConvolutionLayer layer = sample.layer();
    layer.setInput(sample.input(), NONE);
    INDArray epsilon = Nd4j.randn(sample.type(), layer.activate(true, NONE).shape());
    layer.getGradientsViewArray().assign(Double.NaN);
    InputGradient.of(layer, epsilon, NONE);
    assertThat(layer.getGradientsViewArray().isNaN().all()).isTrue();
  }

  private static double[] gradients(ConvolutionLayer layer, INDArray epsilon) {
    layer.getGradientsViewArray().assign(0);
    layer.backpropGradient(epsilon.dup(), NONE);
    return layer.getGradientsViewArray().dup().data().asDouble();
  }
}
