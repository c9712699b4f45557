package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Network;
import org.owlore.graph.Orientation;
import org.owlore.scoring.ScorableModel;

/**
 * The proof is by linearity: without activation function, the output of a convolution at one
 * position, as DL4J computes it, is the kernel as a matrix times the patch that is shown.
 */
class ConvolutionScoringTest {

  static Stream<Arguments> kernels() {
    return Stream.of(
            kernel(3, 3).build(),
            kernel(3, 2).stride(2, 1).padding(1, 0).build(),
            kernel(2, 3).stride(2, 2).convolutionMode(ConvolutionMode.Same).build(),
            kernel(1, 1).stride(2, 2).convolutionMode(ConvolutionMode.Same).build(),
            kernel(3, 2).dilation(2, 2).padding(1, 2).build(),
            kernel(4, 4).dilation(2, 1).convolutionMode(ConvolutionMode.Same).build())
        .map(layer -> Arguments.of(layer.getConvolutionMode() + layer.toString(), layer));
  }

  private static ConvolutionLayer.Builder kernel(int height, int width) {
    return new ConvolutionLayer.Builder(height, width).nOut(4).activation(Activation.IDENTITY);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void patchesTimesTheKernelAreTheOutput(String name, ConvolutionLayer layer) {
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 3), layer);
    requireLinear(network, Networks.normal(1, 5, 3, 9, 8), 4);
  }

  @Test
  void channelsMayBeLast() {
    ConvolutionLayer layer =
        kernel(3, 2).stride(2, 1).padding(1, 0).dataFormat(CNN2DFormat.NHWC).build();
    MultiLayerNetwork network = network(InputType.convolutional(9, 8, 3, CNN2DFormat.NHWC), layer);
    requireLinear(network, Networks.normal(2, 5, 9, 8, 3), 4);
  }

  static List<ConvolutionMode> modesOfLines() {
    return List.of(ConvolutionMode.Truncate, ConvolutionMode.Same, ConvolutionMode.Causal);
  }

  @ParameterizedTest
  @MethodSource("modesOfLines")
  void linesHavePatchesToo(ConvolutionMode mode) {
    Convolution1DLayer layer =
        new Convolution1DLayer.Builder(3)
            .nOut(4)
            .stride(mode == ConvolutionMode.Causal ? 1 : 2)
            .dilation(mode == ConvolutionMode.Causal ? 2 : 1)
            .convolutionMode(mode)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork network = network(InputType.recurrent(3, 10, RNNFormat.NCW), layer);
    requireLinear(network, Networks.normal(3, 5, 3, 10), 4);
  }

  @ParameterizedTest
  @MethodSource("modesOfSpace")
  void spaceHasPatchesToo(ConvolutionMode mode) {
    Convolution3D layer =
        new Convolution3D.Builder(2, 3, 2)
            .nOut(4)
            .stride(1, 2, 1)
            .convolutionMode(mode)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork network =
        network(InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 5, 6, 3), layer);
    requireLinear(network, Networks.normal(4, 2, 3, 4, 5, 6), 4);
  }

  static List<ConvolutionMode> modesOfSpace() {
    return List.of(ConvolutionMode.Truncate, ConvolutionMode.Same);
  }

  private static MultiLayerNetwork network(InputType input, Layer layer) {
    return Networks.layered(
        7,
        input,
        layer,
        new GlobalPoolingLayer.Builder().build(),
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
  }

  /** Compares all outputs, all examples and positions, in any order of the axes. */
  private static void requireLinear(MultiLayerNetwork network, INDArray input, int outputs) {
    ScorableModel model = Networks.scorable(Network.of(network), Networks.batch(input));
    INDArray kernel = kernel(model, "layer0_W");
    INDArray bias = network.getLayer(0).getParam("b").dup();
    INDArray output = network.feedForward(input).get(1).dup();
    INDArray last =
        output.size(output.rank() - 1) == outputs && output.size(1) != outputs
            ? output
            : ChannelAxis.FIRST.toLast(output);
    INDArray expected = last.dup('c').reshape('c', new long[] {last.length() / outputs, outputs});
    long[] seen = new long[1];
    model
        .activations()
        .run(
            Set.of("patches of layer \"layer0\""),
            (name, patches, counted) -> {
              INDArray product = patches.mmul(kernel).addRowVector(bias);
              for (long row = 0; row < product.rows(); row++) {
                assertThat(product.getRow(row).toDoubleVector())
                    .containsExactly(expected.getRow(seen[0] + row).toDoubleVector(), within(1e-4));
                assertThat(counted[(int) row]).isTrue();
              }
              seen[0] += product.rows();
            });
    assertThat(seen[0]).isEqualTo(expected.rows());
  }

  /** {@code [in, out]}. */
  private static INDArray kernel(ScorableModel model, String name) {
    INDArray stored = model.weights().weight(name).dup();
    return model.layers().layers().get(0).linears().get(0).orientation() == Orientation.IN_OUT
        ? stored
        : stored.transpose();
  }

  static Stream<Arguments> deconvolutions() {
    return Stream.of(
            deconvolution().build(),
            deconvolution().stride(2, 3).build(),
            deconvolution().stride(2, 1).padding(1, 2).build(),
            deconvolution().dilation(2, 1).padding(1, 0).build(),
            deconvolution().stride(2, 2).convolutionMode(ConvolutionMode.Same).build())
        .map(layer -> Arguments.of(layer.toString(), layer));
  }

  private static Deconvolution2D.Builder deconvolution() {
    return new Deconvolution2D.Builder(3, 4).nOut(1).activation(Activation.IDENTITY);
  }

  /**
   * With a kernel that is 0 but for one entry, and that 1, the sum of the squared outputs is what
   * the entry's input has in energy.
   */
  @ParameterizedTest
  @MethodSource("deconvolutions")
  void anEntryOfADeconvolutionMultipliesWhatReachesTheOutput(String name, Deconvolution2D layer) {
    MultiLayerNetwork network = network(InputType.convolutional(5, 4, 2), layer);
    INDArray input = Networks.normal(5, 3, 2, 5, 4);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.batch(input));
    double[] energies = Energies.of(model, "layer0_W");
    assertThat(energies).hasSize(2 * 3 * 4);
    INDArray kernel = network.getLayer(0).getParam("W");
    network.getLayer(0).getParam("b").assign(0);
    for (int entry = 0; entry < energies.length; entry++) {
      kernel.assign(0);
      kernel.putScalar(new long[] {entry / 12, 0, entry % 12 / 4, entry % 4}, 1);
      INDArray output = network.feedForward(input.dup()).get(1);
      assertThat(energies[entry])
          .isCloseTo(output.mul(output).sumNumber().doubleValue(), within(1e-3));
      assertThat(model.weights().weight("layer0_W").getDouble(0, entry)).isEqualTo(1);
    }
  }

  @Test
  void depthwiseKernelsMultiplyThePatchOfTheirChannel() {
    MultiLayerNetwork network =
        network(
            InputType.convolutional(6, 5, 3),
            new DepthwiseConvolution2D.Builder(3, 2)
                .depthMultiplier(2)
                .activation(Activation.IDENTITY)
                .build());
    INDArray input = Networks.normal(5, 4, 3, 6, 5);
    requirePatchEnergies(network, input, 3, 2);
    assertThat(
            Networks.scorable(Network.of(network), Networks.batch(input))
                .weights()
                .weight("layer0_W")
                .shape())
        .containsExactly(3 * 2 * 3, 2);
  }

  /** Height, width, channel: as the kernel is stored. */
  private static void requirePatchEnergies(
      MultiLayerNetwork network, INDArray input, int height, int width) {
    double[] energies =
        Energies.of(Networks.scorable(Network.of(network), Networks.batch(input)), "layer0_W");
    int entry = 0;
    for (int h = 0; h < height; h++) {
      for (int w = 0; w < width; w++) {
        for (int channel = 0; channel < input.size(1); channel++) {
          assertThat(energies[entry++])
              .isCloseTo(energy(input, channel, h, w, height, width), within(1e-3));
        }
      }
    }
    assertThat(entry).isEqualTo(energies.length);
  }

  private static double energy(INDArray input, int channel, int h, int w, int height, int width) {
    double sum = 0;
    for (int example = 0; example < input.size(0); example++) {
      for (int y = 0; y <= input.size(2) - height; y++) {
        for (int x = 0; x <= input.size(3) - width; x++) {
          sum += Math.pow(input.getDouble(example, channel, y + h, x + w), 2);
        }
      }
    }
    return sum;
  }

  @Test
  void ofASeparableConvolutionTheDepthwiseKernelIsKnown() {
    MultiLayerNetwork network =
        network(
            InputType.convolutional(6, 5, 3),
            new SeparableConvolution2D.Builder(3, 2).nOut(4).depthMultiplier(2).build());
    INDArray input = Networks.normal(5, 4, 3, 6, 5);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.batch(input));
    double[] energies = Energies.of(model, "layer0_W");
    assertThat(model.layers().layers().get(0).others()).contains("layer0_pW");
    for (int entry = 0; entry < energies.length; entry++) {
      assertThat(energies[entry])
          .isCloseTo(energy(input, entry / 6, entry % 6 / 2, entry % 2, 3, 2), within(1e-3));
    }
  }

  @Test
  void paddedStepsOfALineDoNotCount() {
    Convolution1DLayer layer =
        new Convolution1DLayer.Builder(2).nOut(4).convolutionMode(ConvolutionMode.Same).build();
    MultiLayerNetwork network = network(InputType.recurrent(3, 5, RNNFormat.NCW), layer);
    INDArray input = Networks.normal(3, 2, 3, 5);
    INDArray mask = Nd4j.create(new double[][] {{1, 1, 1, 0, 0}, {1, 1, 1, 1, 1}});
    double[] energies =
        Energies.of(
            Networks.scorable(Network.of(network), Networks.masked(input, mask)), "layer0_W");
    for (int width = 0; width < 2; width++) {
      for (int channel = 0; channel < 3; channel++) {
        double expected = 0;
        for (int step = 0; step + width < 5; step++) {
          expected += step < 3 ? Math.pow(input.getDouble(0, channel, step + width), 2) : 0;
          expected += Math.pow(input.getDouble(1, channel, step + width), 2);
        }
        assertThat(energies[width * 3 + channel]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @Test
  void paddedPositionsOfAnImageDoNotCount() {
    MultiLayerNetwork network = network(InputType.convolutional(2, 4, 3), kernel(1, 1).build());
    INDArray input = Networks.normal(3, 2, 3, 2, 4);
    INDArray mask = Nd4j.ones(2, 1, 1, 4);
    mask.putScalar(new long[] {0, 0, 0, 3}, 0);
    double[] energies =
        Energies.of(
            Networks.scorable(Network.of(network), Networks.masked(input, mask)), "layer0_W");
    for (int channel = 0; channel < 3; channel++) {
      double expected = 0;
      for (int position = 0; position < 16; position++) {
        int example = position / 8;
        int x = position % 4;
        double value = input.getDouble(example, channel, position / 4 % 2, x);
        expected += example == 0 && x == 3 ? 0 : value * value;
      }
      assertThat(energies[channel]).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void aBigBatchComesInPieces() {
    MultiLayerNetwork network = network(InputType.convolutional(40, 40, 3), kernel(5, 5).build());
    ScorableModel model =
        Networks.scorable(Network.of(network), Networks.batch(Networks.normal(1, 90, 3, 40, 40)));
    List<Long> pieces = new ArrayList<>();
    model
        .activations()
        .run(
            Set.of("patches of layer \"layer0\""),
            (name, patches, counted) -> pieces.add(patches.length()));
    assertThat(pieces).hasSizeGreaterThan(1).allMatch(length -> length <= 1 << 22);
    assertThat(pieces.stream().mapToLong(Long::longValue).sum()).isEqualTo(90L * 36 * 36 * 75);
  }
}
