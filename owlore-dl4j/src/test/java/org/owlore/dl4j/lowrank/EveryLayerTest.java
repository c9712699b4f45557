package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;

/** Each kind of layer with parameters that DL4J has follows the naive GaLore, as one block. */
class EveryLayerTest {
  private static final long ROWS = 6;

  /** Each step by itself: what a gradient of low rank leaves open does not reach the next step. */
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder()
          .rank(2)
          .refreshInterval(1)
          .learningRate(0.01)
          .momentsAtRefresh(MomentsAtRefresh.RESET)
          .build();

  static Stream<Arguments> layers() {
    InputType row = InputType.feedForward(6);
    InputType sequence = InputType.recurrent(4, 5);
    InputType image = InputType.convolutional(7, 6, 3);
    return Stream.of(
        of(row, () -> new DenseLayer.Builder().nOut(5).hasLayerNorm(true).build()),
        of(row, () -> new ElementWiseMultiplicationLayer.Builder().nIn(6).nOut(6).build()),
        of(row, () -> new Twice()),
        of(row, () -> new PReLULayer.Builder().inputShape(6).build()),
        of(sequence, () -> new SimpleRnn.Builder().nOut(5).build()),
        of(sequence, () -> new GravesLSTM.Builder().nOut(5).build()),
        of(sequence, () -> new Bidirectional(new GravesLSTM.Builder().nOut(4).build())),
        of(
            sequence,
            () -> new SelfAttentionLayer.Builder().nHeads(2).nOut(6).projectInput(true).build()),
        of(
            sequence,
            () ->
                new RecurrentAttentionLayer.Builder()
                    .nHeads(2)
                    .nIn(4)
                    .nOut(6)
                    .headSize(3)
                    .projectInput(true)
                    .build()),
        of(sequence, () -> new TimeDistributed(new DenseLayer.Builder().nOut(5).build())),
        of(
            sequence,
            () ->
                new MaskZeroLayer.Builder()
                    .setUnderlying(new SimpleRnn.Builder().nOut(5).build())
                    .build()),
        endingWith(5, sequence, () -> new Convolution1DLayer.Builder(2).nOut(5).build()),
        of(image, () -> new Deconvolution2D.Builder(2, 2).nOut(4).build()),
        endingWith(
            4, image, () -> new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(4).build()),
        of(image, () -> new LocallyConnected2D.Builder().kernelSize(3, 3).nOut(4).build()),
        of(
            InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 3, 3),
            () -> new Convolution3D.Builder(2, 2, 2).nOut(4).build()));
  }

  private static Arguments of(InputType input, Supplier<Layer> layer) {
    return endingWith(0, input, layer);
  }

  private static Arguments endingWith(long outputs, InputType input, Supplier<Layer> layer) {
    return Arguments.of(layer.get().getClass().getSimpleName(), input, layer, outputs);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void aLayerIsTrainedAsItsMatricesSay(
      String name, InputType input, Supplier<Layer> layer, long outputs) {
    MultiLayerNetwork network = network(input, layer.get(), new Adam());
    GaLore.bind(network, SETTINGS);
    NaiveTwin naive = new NaiveTwin(network(input, layer.get(), new Sgd(1)), SETTINGS);
    naive.kernelsEndWith(outputs);
    for (int step = 0; step < 3; step++) {
      DataSet batch = batch(input, step);
      INDArray expected = naive.after(network.params(), batch, step);
      network.fit(batch);
      assertThat(network.params().distance2(expected)).as("step %d", step).isLessThan(1e-7);
    }
    assertThat(Network.of(network).updater().getUpdaterBlocks())
        .hasSameSizeAs(Network.of(network).layers());
  }

  private static MultiLayerNetwork network(InputType input, Layer layer, IUpdater updater) {
    boolean row = input.getType() == InputType.Type.FF;
    Layer last = new OutputLayer.Builder().nOut(3).build();
    var list = Samples.base(DataType.DOUBLE, updater).list().layer(layer);
    if (!row) {
      list = list.layer(new GlobalPoolingLayer.Builder().build());
    }
    return Samples.network(list.layer(last).setInputType(input).build());
  }

  private static DataSet batch(InputType input, int seed) {
    Nd4j.getRandom().setSeed(seed);
    long[] shape = input.getShape(true);
    shape[0] = ROWS;
    INDArray labels = Nd4j.create(DataType.DOUBLE, ROWS, 3);
    for (int i = 0; i < ROWS; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Nd4j.randn(DataType.DOUBLE, shape), labels);
  }

  /** x W + 2 x V: a layer of one's own, with two weights and no bias. */
  static final class Twice extends SameDiffLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(
        SameDiff graph, SDVariable input, Map<String, SDVariable> weights, SDVariable mask) {
      SDVariable first = input.mmul(weights.get("W"));
      return graph.math.tanh(first.add(input.mmul(weights.get("V")).mul(2)));
    }

    @Override
    public void defineParameters(SDLayerParams params) {
      params.addWeightParam("W", 6, 5);
      params.addWeightParam("V", 6, 5);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> params) {
      params.values().forEach(weight -> weight.assign(Nd4j.randn(weight.dataType(), 6, 5)));
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
      return InputType.feedForward(5);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {}

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
      return null;
    }
  }
}
