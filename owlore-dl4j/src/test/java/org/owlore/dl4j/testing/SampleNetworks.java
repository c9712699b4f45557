package org.owlore.dl4j.testing;

import java.util.Map;
import java.util.function.Function;
import lombok.NonNull;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of every kind, by name, ready to train with {@link SampleData}. */
public final class SampleNetworks {

  /** Each kind's maker. */
  public static final Map<String, Function<NeuralNetConfiguration.Builder, Model>> ALL =
      Map.of(
          "perceptron", SampleNetworks::perceptron,
          "convolutional", SampleNetworks::convolutional,
          "recurrent", SampleNetworks::recurrent,
          "attention", SampleNetworks::attention,
          "truncated", SampleNetworks::truncated,
          "transformer", SampleNetworks::transformer,
          "branching", SampleNetworks::branching,
          "custom", SampleNetworks::custom);

  private SampleNetworks() {}

  /** A network of a kind, freshly initialized from a fixed seed. */
  public static Model of(@NonNull String kind, @NonNull IUpdater updater) {
    return ALL.get(kind).apply(new NeuralNetConfiguration.Builder().seed(11).updater(updater));
  }

  /** Four dense layers with dropout. */
  public static MultiLayerNetwork perceptron(NeuralNetConfiguration.Builder base) {
    return layered(
        base.activation(Activation.TANH)
            .list()
            .layer(new DenseLayer.Builder().nOut(7).build())
            .layer(new DenseLayer.Builder().nOut(9).dropOut(new AlternatingDropout()).build())
            .layer(new DropoutLayer.Builder(new AlternatingDropout()).build())
            .layer(new DenseLayer.Builder().nOut(8).hasBias(false).build())
            .layer(new DenseLayer.Builder().nOut(6).hasLayerNorm(true).build())
            .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
            .setInputType(InputType.feedForward(5))
            .build());
  }

  /** Convolutions of several geometries, batch normalisation, pooling, dense layers. */
  public static MultiLayerNetwork convolutional(NeuralNetConfiguration.Builder base) {
    return layered(
        base.activation(Activation.RELU)
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
            .layer(new BatchNormalization())
            .layer(
                new ConvolutionLayer.Builder(3, 2)
                    .convolutionMode(ConvolutionMode.Same)
                    .nOut(5)
                    .build())
            .layer(new ConvolutionLayer.Builder(2, 3).stride(2, 1).padding(1, 0).nOut(4).build())
            .layer(new BatchNormalization())
            .layer(new SubsamplingLayer.Builder().build())
            .layer(new DenseLayer.Builder().nOut(6).build())
            .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
            .setInputType(InputType.convolutional(9, 8, 2))
            .build());
  }

  /** Recurrent layers of several kinds. */
  public static MultiLayerNetwork recurrent(NeuralNetConfiguration.Builder base) {
    return layered(recurrentLayers(base).build());
  }

  /** Self-attention on sequences, which keeps their masks. */
  public static MultiLayerNetwork attention(NeuralNetConfiguration.Builder base) {
    return layered(
        base.list()
            .layer(new SelfAttentionLayer.Builder().nHeads(2).nOut(4).projectInput(true).build())
            .layer(new SelfAttentionLayer.Builder().nHeads(1).nOut(4).projectInput(true).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(3)
                    .build())
            .setInputType(InputType.recurrent(5, 6))
            .build());
  }

  /** The same, trained by truncated backpropagation through time. */
  public static MultiLayerNetwork truncated(NeuralNetConfiguration.Builder base) {
    return layered(
        base.list()
            .layer(new LSTM.Builder().nOut(5).build())
            .layer(new SimpleRnn.Builder().nOut(4).build())
            .layer(new LSTM.Builder().nOut(4).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(3)
                    .build())
            .setInputType(InputType.recurrent(5, 6))
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTLength(3)
            .build());
  }

  private static NeuralNetConfiguration.ListBuilder recurrentLayers(
      NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new LSTM.Builder().nOut(5).build())
        .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()))
        .layer(
            new Convolution1DLayer.Builder(3).convolutionMode(ConvolutionMode.Same).nOut(5).build())
        .layer(new SelfAttentionLayer.Builder().nHeads(2).nOut(4).projectInput(true).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(3)
                .build())
        .setInputType(InputType.recurrent(5, 6));
  }

  /** Two blocks of attention and feed-forward layers around a residual stream. */
  public static ComputationGraph transformer(NeuralNetConfiguration.Builder base) {
    var graph =
        base.activation(Activation.GELU)
            .graphBuilder()
            .addInputs("tokens")
            .addLayer(
                "embedding",
                new EmbeddingSequenceLayer.Builder().nIn(11).nOut(6).build(),
                "tokens");
    String stream = "embedding";
    for (int block = 0; block < 2; block++) {
      String name = "block" + block + "-";
      graph
          .addVertex(
              name + "attention",
              new AttentionVertex.Builder()
                  .nInQueries(6)
                  .nInKeys(6)
                  .nInValues(6)
                  .nOut(6)
                  .nHeads(2)
                  .projectInput(true)
                  .build(),
              stream,
              stream,
              stream)
          .addVertex(
              name + "added",
              new ElementWiseVertex(ElementWiseVertex.Op.Add),
              stream,
              name + "attention")
          .addLayer(
              name + "up",
              new Convolution1DLayer.Builder(1).nIn(6).nOut(10).build(),
              name + "added")
          .addLayer(
              name + "down",
              new Convolution1DLayer.Builder(1)
                  .nIn(10)
                  .nOut(6)
                  .activation(Activation.IDENTITY)
                  .build(),
              name + "up")
          .addVertex(
              name + "out",
              new ElementWiseVertex(ElementWiseVertex.Op.Add),
              name + "added",
              name + "down");
      stream = name + "out";
    }
    return graph(
        graph
            .addLayer("pooled", new GlobalPoolingLayer(), stream)
            .addLayer(
                "output",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(6)
                    .activation(Activation.SOFTMAX)
                    .nOut(3)
                    .build(),
                "pooled")
            .setOutputs("output"));
  }

  /** Two inputs, two outputs, branches that meet. */
  public static ComputationGraph branching(NeuralNetConfiguration.Builder base) {
    return graph(
        base.activation(Activation.TANH)
            .graphBuilder()
            .addInputs("left", "right")
            .setInputTypes(InputType.feedForward(4), InputType.feedForward(3))
            .addLayer("a", new DenseLayer.Builder().nOut(6).build(), "left")
            .addLayer("b", new DenseLayer.Builder().nOut(6).build(), "right")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
            .addLayer("c", new DenseLayer.Builder().nOut(5).build(), "sum")
            .addVertex("merge", new MergeVertex(), "c", "b")
            .addVertex("subset", new SubsetVertex(2, 8), "merge")
            .addLayer("d", new DenseLayer.Builder().nOut(4).build(), "subset")
            .addLayer(
                "first",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(3)
                    .build(),
                "d")
            .addLayer(
                "second",
                new OutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nOut(2)
                    .build(),
                "a")
            .setOutputs("first", "second"));
  }

  /** Layers whose mathematics is a SameDiff graph of one's own. */
  public static MultiLayerNetwork custom(NeuralNetConfiguration.Builder base) {
    return layered(
        base.list()
            .layer(new DenseLayer.Builder().nOut(6).build())
            .layer(new SquareDense(6, 5))
            .layer(new SquareDense(5, 4))
            .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
            .setInputType(InputType.feedForward(5))
            .build());
  }

  private static MultiLayerNetwork layered(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private static ComputationGraph graph(
      org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }
}
