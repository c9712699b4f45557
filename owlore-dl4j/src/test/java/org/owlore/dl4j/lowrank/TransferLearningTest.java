package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.galore.GaLoreUpdater;

class TransferLearningTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).build();

  private final DataSet batch = Samples.rows(DataType.FLOAT, 1, 1).get(0);

  private static MultiLayerNetwork bound() {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    return network;
  }

  private static ComputationGraph boundGraph() {
    ComputationGraph graph =
        Samples.network(Samples.branching(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(graph, SETTINGS);
    return graph;
  }

  @Test
  void frozenLayersStayAndTheOthersTrainOn() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(bound()).setFeatureExtractor(1).build();
    INDArray before = network.params().dup();
    network.fit(batch);
    assertChanged(network, before, List.of(false, false, true, true));
    GaLore.bind(network, SETTINGS);
    before = network.params().dup();
    network.fit(batch);
    assertChanged(network, before, List.of(false, false, true, true));
  }

  private static void assertChanged(
      MultiLayerNetwork network, INDArray before, List<Boolean> expected) {
    MultiLayerNetwork former = network.clone();
    former.setParams(before);
    for (int i = 0; i < expected.size(); i++) {
      boolean changed = !network.getLayer(i).params().equalsWithEps(former.getLayer(i).params(), 0);
      assertThat(changed).as("layer %d", i).isEqualTo(expected.get(i));
    }
  }

  @Test
  void frozenVerticesStayAndTheOthersTrainOn() {
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(boundGraph()).setFeatureExtractor("left").build();
    for (int pass = 0; pass < 2; pass++) {
      INDArray left = graph.getVertex("left").params().dup();
      INDArray output = graph.getVertex("output").params().dup();
      graph.fit(batch);
      assertThat(graph.getVertex("left").params()).isEqualTo(left);
      assertThat(graph.getVertex("output").params()).isNotEqualTo(output);
      GaLore.bind(graph, SETTINGS);
    }
  }

  @Test
  void aNetworkWithOtherShapesAsksToBeBoundAgain() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(bound()).nOutReplace(1, 9, WeightInit.XAVIER).build();
    assertThatThrownBy(() -> network.fit(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "Layer \"narrow\" has changed since GaLore was bound to it as [W [12, 5], b [1, 5]]")
        .hasMessageEndingWith("call GaLore.bind(network, settings) again.");
    GaLore.bind(network, SETTINGS);
    INDArray before = network.params().dup();
    network.fit(batch);
    assertThat(network.params()).isNotEqualTo(before);
  }

  @Test
  void aGraphWithOtherShapesAsksToBeBoundAgain() {
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(boundGraph())
            .nOutReplace("stem", 9, WeightInit.XAVIER)
            .build();
    assertThatThrownBy(() -> graph.fit(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Layer \"left\" has changed since GaLore was bound to it")
        .hasMessageEndingWith("call GaLore.bind(network, settings) again.");
    GaLore.bind(graph, SETTINGS);
    graph.fit(batch);
  }

  @Test
  void anotherUpdaterReplacesGaLoreWholly() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(bound())
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Adam(0.01)).build())
            .build();
    MultiLayerNetwork stock =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam(0.01))));
    stock.setParams(network.params());
    network.fit(batch);
    stock.fit(batch);
    assertThat(network.params()).isEqualTo(stock.params());
    GaLore.bind(network, SETTINGS);
    network.fit(batch);
  }

  @Test
  void aLayerThatIsAddedIsTrainedByItsOwnUpdaterUntilItIsBound() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(bound())
            .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(3).build())
            .removeOutputLayer()
            .addLayer(new DenseLayer.Builder().nIn(5).nOut(7).updater(new Adam(0.01)).build())
            .addLayer(new OutputLayer.Builder().nIn(7).nOut(3).updater(new Adam(0.01)).build())
            .build();
    INDArray before = network.params().dup();
    network.fit(batch);
    assertChanged(network, before, List.of(true, true, true, true, true));
    GaLore.bind(network, SETTINGS);
    before = network.params().dup();
    network.fit(batch);
    assertChanged(network, before, List.of(true, true, true, true, true));
  }
}
