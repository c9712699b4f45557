package org.owlore.examples.networks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.examples.dl4j.TokenRows;
import org.owlore.examples.dl4j.Transformer;

/** The networks that are measured. */
public final class MeasuredNetworks {
  private static final int CLASSES = 10;
  private static final int SEED = 1;
  private static final List<String> EMBEDDINGS = List.of("token-embedding", "position-embedding");

  private MeasuredNetworks() {}

  /**
   * A perceptron, a convolutional network and a transformer, of a size that takes a CPU a while.
   */
  public static List<MeasuredNetwork> standard() {
    return List.of(
        perceptron(512, 8, 64),
        convolutional(12, 32, 6, 16),
        transformer("transformer, %d blocks of %d", 128, 6, 16, List.of()));
  }

  /** The transformer once more, for steps: with embeddings that never train. */
  public static List<MeasuredNetwork> standardWithFrozenEmbeddings() {
    return List.of(transformer("the same, embeddings frozen", 128, 6, 16, EMBEDDINGS));
  }

  /** The same three, as small as they can be. */
  public static List<MeasuredNetwork> tiny() {
    return List.of(
        perceptron(16, 3, 4),
        convolutional(4, 4, 3, 2),
        transformer("transformer, %d blocks of %d", 8, 2, 2, EMBEDDINGS));
  }

  private static MeasuredNetwork perceptron(int width, int hidden, int rows) {
    INDArray features = Nd4j.randn(rows, width);
    return new MeasuredNetwork(
        "MLP, %d x (%d -> %d)".formatted(hidden, width, width),
        updater -> perceptron(width, width, hidden, CLASSES, updater, SEED),
        new MultiDataSet(features, labels(rows)),
        hidden,
        Pattern.compile("block(\\d+)"),
        List.of());
  }

  /**
   * A perceptron with hidden layers {@code block0}, {@code block1} .. of one width.
   *
   * @param seed of its parameters
   */
  static MultiLayerNetwork perceptron(
      int inputs, int width, int hidden, int classes, IUpdater updater, long seed) {
    ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .list();
    for (int i = 0; i < hidden; i++) {
      layers.layer(new DenseLayer.Builder().name("block" + i).nOut(width).build());
    }
    return initialized(layers, classes, InputType.feedForward(inputs));
  }

  private static MeasuredNetwork convolutional(int side, int channels, int convolutions, int rows) {
    INDArray features = Nd4j.randn(rows, channels, side, side);
    return new MeasuredNetwork(
        "CNN, %d x (3 x 3, %d -> %d)".formatted(convolutions, channels, channels),
        updater -> convolutional(side, channels, convolutions, updater),
        new MultiDataSet(features, labels(rows)),
        convolutions,
        Pattern.compile("block(\\d+)"),
        List.of());
  }

  private static NeuralNetwork convolutional(
      int side, int channels, int convolutions, IUpdater updater) {
    ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .updater(updater)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (int i = 0; i < convolutions; i++) {
      layers.layer(new ConvolutionLayer.Builder(3, 3).name("block" + i).nOut(channels).build());
    }
    return initialized(layers, CLASSES, InputType.convolutional(side, side, channels));
  }

  private static MultiLayerNetwork initialized(ListBuilder layers, int classes, InputType input) {
    layers.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .name("classes")
            .nOut(classes)
            .weightInit(WeightInit.XAVIER)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.setInputType(input).build());
    network.init();
    return network;
  }

  private static MeasuredNetwork transformer(
      String name, int size, int blocks, int rows, List<String> neverTrained) {
    Transformer transformer =
        Transformer.builder().vocabulary(100).length(32).size(size).heads(4).blocks(blocks).build();
    MultiDataSet batch =
        TokenRows.upperHalf(100, 32, 0, 32).batches(1, rows, new SplittableRandom(SEED)).get(0);
    return new MeasuredNetwork(
        name.formatted(blocks, size),
        updater -> transformer.build(updater, SEED),
        batch,
        blocks,
        Pattern.compile(Transformer.BLOCK_PATTERN),
        neverTrained);
  }

  private static INDArray labels(int rows) {
    INDArray labels = Nd4j.zeros(rows, CLASSES);
    for (int row = 0; row < rows; row++) {
      labels.putScalar(row, row % CLASSES, 1);
    }
    return labels;
  }
}
