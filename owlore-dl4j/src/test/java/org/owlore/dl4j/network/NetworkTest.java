package org.owlore.dl4j.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NetworkTest {

  @Test
  void everyParameterLiesWhereTheFlatArraySaysItDoes() {
    for (Network network : List.of(convolutional(), recurrent(), Network.of(branching()))) {
      INDArray all = network.model().params();
      INDArray flat = all.reshape(all.length());
      flat.assign(Nd4j.arange(flat.length()).castTo(flat.dataType()));
      long expected = 0;
      for (NetworkLayer layer : network.layers()) {
        for (Parameter parameter : layer.parameters()) {
          assertThat(parameter.from()).isEqualTo(expected);
          expected = parameter.until();
          INDArray values = parameter.values();
          assertThat(values.reshape(values.ordering(), new long[] {values.length()}).toLongVector())
              .as(parameter.name())
              .isEqualTo(LongStream.range(parameter.from(), parameter.until()).toArray());
        }
      }
      assertThat(expected).isEqualTo(flat.length());
    }
  }

  @Test
  void theLayersOfAMultiLayerNetworkAreItsOwnNames() {
    assertThat(convolutional().layers())
        .extracting(NetworkLayer::name)
        .containsExactly("layer0", "layer1", "separable", "output");
  }

  @Test
  void aNormHasNoMatrix() {
    assertThat(convolutional().layers())
        .extracting(NetworkLayer::hasMatrix)
        .containsExactly(true, false, true, true);
  }

  @Test
  void inputsOfALayerAreFoundThroughVerticesWithoutParameters() {
    Network network = Network.of(branching());
    assertThat(network.inputsOf("left")).isEmpty();
    assertThat(network.inputsOf("output")).containsExactlyInAnyOrder("left", "right");
    assertThat(convolutional().inputsOf("separable")).containsExactly("layer1");
  }

  @Test
  void aLayerThatDoesNotExistHasNoInputs() {
    assertThatThrownBy(() -> Network.of(branching()).inputsOf("sum"))
        .hasMessage("There is no layer \"sum\" with parameters.");
    assertThatThrownBy(() -> convolutional().inputsOf("middle"))
        .hasMessage("There is no layer \"middle\" with parameters.");
  }

  @Test
  void aNetworkThatIsNotInitializedIsRefused() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    assertThatThrownBy(() -> Network.of(network))
        .hasMessage("The MultiLayerNetwork has no parameters yet: call init() first.");
  }

  @Test
  void layersThatDl4jFrozeAreRefused() {
    MultiLayerNetwork frozen =
        new TransferLearning.Builder((MultiLayerNetwork) convolutional().model())
            .setFeatureExtractor(1)
            .build();
    assertThatThrownBy(() -> Network.of(frozen))
        .isInstanceOf(FrozenAlreadyException.class)
        .hasMessageStartingWith("Layer \"layer0\" is wrapped in a DL4J frozen layer already");
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(branching()).setFeatureExtractor("left").build();
    assertThatThrownBy(() -> Network.of(graph))
        .isInstanceOf(FrozenAlreadyException.class)
        .hasMessageStartingWith("Layer \"left\" is wrapped");
  }

  @Test
  void anUpdaterThatIsMadeInsideAWorkspaceOutlivesIt() {
    for (Network network : List.of(convolutional(), Network.of(branching(new Adam(1e-3))))) {
      try (MemoryWorkspace workspace =
          Nd4j.getWorkspaceManager().getAndActivateWorkspace("OF_THE_TEST")) {
        assertThat(network.updater().getStateViewArray().isAttached()).isFalse();
      }
    }
  }

  private static Network convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-3))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new SeparableConvolution2D.Builder(2, 2).name("separable").nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).name("output").nOut(3).build())
                .setInputType(InputType.convolutional(10, 8, 2))
                .build());
    network.init();
    return Network.of(network);
  }

  private static Network recurrent() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LSTM.Builder().nOut(4).build())
                .layer(new Bidirectional(new LSTM.Builder().nOut(3).build()))
                .layer(
                    new SelfAttentionLayer.Builder().nHeads(2).nOut(4).projectInput(true).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nOut(3).build())
                .setInputType(InputType.recurrent(5, 7))
                .build());
    network.init();
    return Network.of(network);
  }

  private static ComputationGraph branching() {
    return branching(new Sgd());
  }

  private static ComputationGraph branching(IUpdater updater) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer("left", new DenseLayer.Builder().nIn(4).nOut(3).build(), "in")
            .addLayer("right", new DenseLayer.Builder().nIn(4).nOut(3).build(), "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
            .addLayer("output", new OutputLayer.Builder().nIn(3).nOut(2).build(), "sum")
            .setOutputs("output")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }
}
