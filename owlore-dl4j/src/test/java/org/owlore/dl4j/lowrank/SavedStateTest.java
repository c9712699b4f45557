package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;

/** State and updaters travel with the network, and training goes on bit for bit. */
class SavedStateTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder()
          .rank(3)
          .refreshInterval(3)
          .learningRate(0.01)
          .momentsAtRefresh(MomentsAtRefresh.REPROJECT)
          .build();

  @TempDir Path folder;

  private final List<DataSet> batches = Samples.rows(DataType.FLOAT, 9, 3);

  private static MultiLayerNetwork layered() {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    return network;
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        Samples.network(Samples.branching(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(graph, SETTINGS);
    return graph;
  }

  private void fit(Model model, int from, int until) {
    batches.subList(from, until).forEach(batch -> Samples.fit(model, batch));
  }

  /** Trains both on, and wants equal bits of parameters at each step. */
  private void assertGoOnAlike(Model model, Model other, int from) {
    for (int step = from; step < batches.size(); step++) {
      fit(model, step, step + 1);
      fit(other, step, step + 1);
      assertThat(other.params().data().asFloat())
          .as("parameters after step %d", step)
          .isEqualTo(model.params().data().asFloat());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6})
  void aNetworkGoesOnFromItsFile(int steps) throws IOException {
    MultiLayerNetwork network = layered();
    fit(network, 0, steps);
    File file = folder.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    assertGoOnAlike(network, ModelSerializer.restoreMultiLayerNetwork(file, true), steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6})
  void aGraphGoesOnFromItsFile(int steps) throws IOException {
    ComputationGraph graph = graph();
    fit(graph, 0, steps);
    File file = folder.resolve("graph.zip").toFile();
    ModelSerializer.writeModel(graph, file, true);
    assertGoOnAlike(graph, ModelSerializer.restoreComputationGraph(file, true), steps);
  }

  @Test
  void aFileWithoutTheUpdaterStartsAfresh() throws IOException {
    MultiLayerNetwork network = layered();
    fit(network, 0, 4);
    File file = folder.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, false);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file, true);
    GaLore.bind(network, SETTINGS);
    assertGoOnAlike(network, restored, 4);
  }

  @Test
  void aCloneGoesOn() {
    MultiLayerNetwork network = layered();
    fit(network, 0, 4);
    assertGoOnAlike(network, network.clone(), 4);
    ComputationGraph graph = graph();
    fit(graph, 0, 4);
    assertGoOnAlike(graph, graph.clone(), 4);
  }

  @Test
  void aNetworkGoesOnFromACheckpoint() {
    MultiLayerNetwork network = layered();
    network.setListeners(
        new CheckpointListener.Builder(folder.toFile()).keepAll().saveEveryNIterations(4).build());
    fit(network, 0, 5);
    // Saved at the end of iteration 4, counted from 0: five steps are done.
    MultiLayerNetwork restored = CheckpointListener.loadCheckpointMLN(folder.toFile(), 0);
    network.setListeners();
    assertGoOnAlike(network, restored, 5);
  }

  @Test
  void aNetworkOfAnotherPrecisionGoesOn() {
    MultiLayerNetwork network = layered();
    fit(network, 0, 4);
    MultiLayerNetwork wide = network.convertDataType(DataType.DOUBLE);
    List<DataSet> wideBatches = Samples.rows(DataType.DOUBLE, 9, 3);
    for (int step = 4; step < batches.size(); step++) {
      fit(network, step, step + 1);
      DataSet batch = wideBatches.get(step);
      batch.setFeatures(batches.get(step).getFeatures().castTo(DataType.DOUBLE));
      batch.setLabels(batches.get(step).getLabels().castTo(DataType.DOUBLE));
      wide.fit(batch);
      assertThat(wide.params().distance2(network.params().castTo(DataType.DOUBLE)))
          .isLessThan(1e-3);
    }
  }

  @Test
  void sixteenBitsAreTooCoarseForTheState() {
    MultiLayerNetwork network = layered();
    fit(network, 0, 1);
    assertThatThrownBy(() -> network.convertDataType(DataType.HALF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The GaLore state of layer \"layer0\", parameter W cannot live in a HALF array, which is too coarse for it: make the network FLOAT or DOUBLE.");
  }

  @Test
  void theUpdatersSurviveJsonAndYaml() {
    MultiLayerConfiguration layered = layered().getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(layered.toJson())).isEqualTo(layered);
    assertThat(MultiLayerConfiguration.fromYaml(layered.toYaml())).isEqualTo(layered);
    ComputationGraphConfiguration graph = graph().getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(graph.toJson())).isEqualTo(graph);
    assertThat(ComputationGraphConfiguration.fromYaml(graph.toYaml())).isEqualTo(graph);
  }
}
