package org.owlore.examples.dl4j;

import lombok.Builder;
import lombok.NonNull;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A small transformer encoder as a {@link ComputationGraph}: two inputs (tokens and positions),
 * blocks {@code block<i>-attention}, {@code block<i>-wide} and {@code block<i>-narrow} with sums
 * around them, the mean over the row, two classes.
 *
 * @param vocabulary number of tokens
 * @param length tokens of a row
 * @param size numbers of a token
 * @param heads of each attention
 * @param blocks number of blocks
 */
@Builder
public record Transformer(int vocabulary, int length, int size, int heads, int blocks) {

  /** A pattern for {@code blockPattern(..)} that finds the blocks. */
  public static final String BLOCK_PATTERN = "block(\\d+)-";

  /** The graph with new parameters. */
  public ComputationGraph build(@NonNull IUpdater updater, long seed) {
    ComputationGraph graph = new ComputationGraph(configuration(updater, seed));
    graph.init();
    return graph;
  }

  private ComputationGraphConfiguration configuration(IUpdater updater, long seed) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .graphBuilder()
            .addInputs("tokens", "positions")
            // Each embedding takes its number of entries from here.
            .setInputTypes(
                InputType.recurrent(vocabulary, length), InputType.recurrent(length, length))
            .addLayer("token-embedding", embedding(vocabulary), "tokens")
            .addLayer("position-embedding", embedding(length), "positions")
            .addVertex("embedding", sum(), "token-embedding", "position-embedding");
    String last = "embedding";
    for (int i = 0; i < blocks; i++) {
      last = addBlock(graph, "block" + i + "-", last);
    }
    return graph
        .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), last)
        .addLayer(
            "classes",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(size)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build(),
            "mean")
        .setOutputs("classes")
        .build();
  }

  private String addBlock(GraphBuilder graph, String name, String input) {
    graph
        .addLayer(name + "attention", new AttentionLayer(size, heads), input)
        .addVertex(name + "attended", sum(), input, name + "attention")
        .addLayer(name + "wide", dense(4 * size, Activation.RELU), name + "attended")
        .addLayer(name + "narrow", dense(size, Activation.IDENTITY), name + "wide")
        .addVertex(name + "sum", sum(), name + "attended", name + "narrow");
    return name + "sum";
  }

  private EmbeddingSequenceLayer embedding(int entries) {
    return new EmbeddingSequenceLayer.Builder().nIn(entries).nOut(size).inputLength(length).build();
  }

  /** A dense layer at each time step. */
  private static Convolution1DLayer dense(int units, Activation activation) {
    return new Convolution1DLayer.Builder(1).nOut(units).activation(activation).build();
  }

  private static ElementWiseVertex sum() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Add);
  }
}
