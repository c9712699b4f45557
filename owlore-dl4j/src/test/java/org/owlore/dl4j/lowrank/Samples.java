package org.owlore.dl4j.lowrank;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of all kinds, and random batches for them. */
public final class Samples {
  private Samples() {}

  /** What all networks start from. */
  public static NeuralNetConfiguration.Builder base(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .updater(updater)
        .activation(Activation.TANH);
  }

  /** 6 inputs, a tall, a wide and a square matrix, 3 classes. */
  public static MultiLayerConfiguration dense(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new DenseLayer.Builder().nIn(6).nOut(12).build())
        .layer(new DenseLayer.Builder().nIn(12).nOut(5).name("narrow").build())
        .layer(new DenseLayer.Builder().nIn(5).nOut(5).build())
        .layer(output(5))
        .build();
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(inputs)
        .nOut(3)
        .name("output")
        .build();
  }

  /** The same with a branch, and a sum. */
  public static ComputationGraphConfiguration branching(NeuralNetConfiguration.Builder base) {
    return base.graphBuilder()
        .addInputs("in")
        .addLayer("stem", new DenseLayer.Builder().nIn(6).nOut(8).build(), "in")
        .addLayer("left", new DenseLayer.Builder().nIn(8).nOut(7).build(), "stem")
        .addLayer("right", new DenseLayer.Builder().nIn(8).nOut(7).build(), "stem")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
        .addLayer("output", output(7), "sum")
        .setOutputs("output")
        .build();
  }

  /** 2 channels of 8 by 6, convolution, batch normalisation, separable convolution, 3 classes. */
  public static MultiLayerConfiguration convolutional(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).build())
        .layer(new BatchNormalization())
        .layer(new SeparableConvolution2D.Builder(2, 2).depthMultiplier(3).nOut(4).build())
        .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
        .setInputType(InputType.convolutional(8, 6, 2))
        .build();
  }

  /** Sequences of 4 features with 3 classes at each step: LSTM, both directions, attention. */
  public static MultiLayerConfiguration recurrent(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new LSTM.Builder().nOut(5).build())
        .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
        .layer(new SelfAttentionLayer.Builder().nHeads(2).nOut(6).projectInput(true).build())
        .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
        .setInputType(InputType.recurrent(4, 7))
        .build();
  }

  /** Sequences of 4 features with 3 classes at each step, truncated every 3 steps. */
  public static MultiLayerConfiguration truncated(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new LSTM.Builder().nOut(5).build())
        .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
        .setInputType(InputType.recurrent(4, 7))
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTLength(3)
        .build();
  }

  /** Sequences of 4 features with one of 3 classes: wrapped layers. */
  public static MultiLayerConfiguration wrapped(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new Bidirectional(new LSTM.Builder().nOut(4).build()))
        .layer(new LastTimeStep(new LSTM.Builder().nOut(5).build()))
        .layer(output(5))
        .setInputType(InputType.recurrent(4, 7))
        .build();
  }

  /** One of 11 tokens, one of 3 classes. */
  public static MultiLayerConfiguration embedding(NeuralNetConfiguration.Builder base) {
    return base.list()
        .layer(new EmbeddingLayer.Builder().nIn(11).nOut(6).name("embedding").build())
        .layer(new DenseLayer.Builder().nIn(6).nOut(6).build())
        .layer(output(6))
        .build();
  }

  /** Sequences of 4 features with one of 3 classes: an attention vertex with parameters. */
  public static ComputationGraphConfiguration attention(NeuralNetConfiguration.Builder base) {
    return base.graphBuilder()
        .addInputs("in")
        .addLayer("lstm", new LSTM.Builder().nOut(5).build(), "in")
        .addVertex(
            "attention",
            new AttentionVertex.Builder()
                .nHeads(2)
                .headSize(3)
                .nOut(6)
                .nInQueries(5)
                .nInKeys(5)
                .nInValues(5)
                .projectInput(true)
                .build(),
            "lstm",
            "lstm",
            "lstm")
        .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "attention")
        .addLayer("output", output(6), "pool")
        .setOutputs("output")
        .setInputTypes(InputType.recurrent(4, 7))
        .build();
  }

  /** A network with fresh parameters. */
  public static MultiLayerNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** A graph with fresh parameters. */
  public static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  /** One step of training, or several where the sequence is truncated. */
  public static void fit(Model model, DataSet batch) {
    if (model instanceof MultiLayerNetwork network) {
      network.fit(batch);
    } else {
      ((ComputationGraph) model).fit(batch);
    }
  }

  /** Batches of 4 rows for {@link #dense} and {@link #branching}. */
  public static List<DataSet> rows(DataType type, int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(new DataSet(Nd4j.randn(type, 4, 6), oneHot(type, 4)));
    }
    return batches;
  }

  /** Batches of 4 for {@link #convolutional}. */
  public static List<DataSet> images(DataType type, int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(new DataSet(Nd4j.randn(type, 4, 2, 8, 6), oneHot(type, 4)));
    }
    return batches;
  }

  /** Batches of 4 sequences of 7 steps, with a label at each step. */
  public static List<DataSet> sequences(DataType type, int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      INDArray labels = oneHot(type, 4 * 7).reshape('c', 4, 7, 3).permute(0, 2, 1).dup('c');
      batches.add(new DataSet(Nd4j.randn(type, 4, 4, 7), labels));
    }
    return batches;
  }

  /** Batches of 4 sequences of 7 steps, with one label for all. */
  public static List<DataSet> labelledSequences(DataType type, int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(new DataSet(Nd4j.randn(type, 4, 4, 7), oneHot(type, 4)));
    }
    return batches;
  }

  /** Batches of 40 tokens for {@link #embedding}. */
  public static List<DataSet> tokens(DataType type, int count, long seed) {
    Nd4j.getRandom().setSeed(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      INDArray tokens = Nd4j.create(type, 40, 1);
      for (int row = 0; row < 40; row++) {
        tokens.putScalar(row, 0, Nd4j.getRandom().nextInt(11));
      }
      batches.add(new DataSet(tokens, oneHot(type, 40)));
    }
    return batches;
  }

  private static INDArray oneHot(DataType type, int rows) {
    INDArray labels = Nd4j.create(type, rows, 3);
    for (int row = 0; row < rows; row++) {
      labels.putScalar(row, Nd4j.getRandom().nextInt(3), 1);
    }
    return labels;
  }
}
