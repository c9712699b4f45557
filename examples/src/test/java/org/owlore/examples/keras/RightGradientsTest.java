package org.owlore.examples.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Gradients against finite differences, of two layers on top of each other. */
class RightGradientsTest {
  private static final int LENGTH = 5;
  private static final int HIDDEN = 4;

  @Test
  void attentionHasRightGradients() {
    assertRight(ratios(attention("lower"), attention("upper"), RNNFormat.NWC));
  }

  @Test
  void layerNormHasRightGradients() {
    assertRight(ratios(attention("lower"), new LayerNorm("upper", 1e-3), RNNFormat.NWC));
  }

  @Test
  void denseHasRightGradients() {
    assertRight(ratios(dense("lower"), dense("upper"), RNNFormat.NWC));
  }

  /** Fails when a release of Deeplearning4j mends it: {@link RightGradients} is to go then. */
  @Test
  void stockLayersHaveGradientsThatDoubleWithEachLayer() {
    Map<String, Double> ratios = ratios(stock("lower"), stock("upper"), RNNFormat.NCW);

    assertThat(ratios.get("0_Wv")).isCloseTo(4, within(0.1));
    assertThat(ratios.get("1_Wv")).isCloseTo(2, within(0.1));
    assertThat(ratios.get("2_W")).isCloseTo(1, within(0.1));
  }

  private static void assertRight(Map<String, Double> ratios) {
    assertThat(ratios).allSatisfy((name, ratio) -> assertThat(ratio).isCloseTo(1, within(0.02)));
  }

  private static Layer attention(String name) {
    return SelfAttention.builder()
        .name(name)
        .length(LENGTH)
        .hidden(HIDDEN)
        .heads(2)
        .headSize(2)
        .bias(true)
        .build();
  }

  private static Layer dense(String name) {
    return SequenceDense.builder()
        .name(name)
        .units(HIDDEN)
        .bias(true)
        .activation(Activation.TANH)
        .build();
  }

  private static Layer stock(String name) {
    return new SelfAttentionLayer.Builder()
        .name(name)
        .nIn(HIDDEN)
        .nOut(HIDDEN)
        .nHeads(2)
        .headSize(2)
        .projectInput(true)
        .build();
  }

  /** For each parameter with a gradient, its length over the slope of the loss along it. */
  private static Map<String, Double> ratios(Layer lower, Layer upper, RNNFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd())
                .list(lower, upper, output(format))
                .setInputType(InputType.recurrent(HIDDEN, LENGTH, format))
                .build());
    network.init();
    Nd4j.getRandom().setSeed(7);
    boolean channelsFirst = format == RNNFormat.NCW;
    long[] features = channelsFirst ? shape(HIDDEN, LENGTH) : shape(LENGTH, HIDDEN);
    long[] labels = channelsFirst ? shape(3, LENGTH) : shape(LENGTH, 3);
    DataSet data =
        new DataSet(Nd4j.randn(DataType.DOUBLE, features), Nd4j.randn(DataType.DOUBLE, labels));
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    network
        .gradient()
        .gradientForVariable()
        .forEach((key, value) -> gradients.put(key, value.dup()));
    Map<String, Double> ratios = new LinkedHashMap<>();
    gradients.forEach(
        (key, gradient) -> {
          double length = gradient.norm2Number().doubleValue();
          if (length > 1e-9) {
            ratios.put(key, length / slope(network, data, key, gradient.div(length)));
          }
        });
    return ratios;
  }

  private static double slope(
      MultiLayerNetwork network, DataSet data, String key, INDArray direction) {
    INDArray parameter = network.getParam(key);
    INDArray step = direction.reshape(parameter.shape()).mul(1e-4);
    parameter.addi(step);
    double above = network.score(data, true);
    parameter.subi(step.mul(2));
    double below = network.score(data, true);
    parameter.addi(step);
    return (above - below) / 2e-4;
  }

  private static Layer output(RNNFormat format) {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .activation(Activation.IDENTITY)
        .nIn(HIDDEN)
        .nOut(3)
        .dataFormat(format)
        .build();
  }

  private static long[] shape(long rows, long columns) {
    return new long[] {1, rows, columns};
  }
}
