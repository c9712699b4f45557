package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingModelSaver;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.saver.LocalFileGraphSaver;
import org.deeplearning4j.earlystopping.saver.LocalFileModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.galore.GaLoreUpdater;

/** The best model comes back with its state, and trains on. */
class EarlyStoppingTest {
  private static final int EPOCHS = 4;

  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).build();

  @TempDir Path folder;

  private final List<DataSet> rows = Samples.rows(DataType.FLOAT, 5, 1);

  private <T extends Model> EarlyStoppingConfiguration<T> configuration(
      EarlyStoppingModelSaver<T> saver) {
    return new EarlyStoppingConfiguration.Builder<T>()
        .epochTerminationConditions(new MaxEpochsTerminationCondition(EPOCHS))
        .scoreCalculator(new DataSetLossCalculator(data(), true))
        .modelSaver(saver)
        .build();
  }

  private ListDataSetIterator<DataSet> data() {
    return new ListDataSetIterator<>(rows, 1);
  }

  private void assertTrainsOn(EarlyStoppingResult<? extends Model> result) {
    assertThat(result.getTerminationReason())
        .isEqualTo(EarlyStoppingResult.TerminationReason.EpochTerminationCondition);
    Model best = result.getBestModel();
    // The loss on the training data falls with each epoch: the last model is the best.
    assertThat(steps(best)).isEqualTo((long) EPOCHS * rows.size());
    Samples.fit(best, rows.get(0));
    assertThat(steps(best)).isEqualTo((long) EPOCHS * rows.size() + 1);
  }

  private static long steps(Model network) {
    return ((LayerGradientUpdater)
            Network.of(network).updater().getUpdaterBlocks().get(0).getGradientUpdater())
        .step();
  }

  @Test
  void aNetworkInMemory() {
    assertTrainsOn(fit(new InMemoryModelSaver<>()));
  }

  @Test
  void aNetworkInAFile() {
    assertTrainsOn(fit(new LocalFileModelSaver(folder.toString())));
  }

  private EarlyStoppingResult<MultiLayerNetwork> fit(
      EarlyStoppingModelSaver<MultiLayerNetwork> saver) {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    return new EarlyStoppingTrainer(configuration(saver), network, data()).fit();
  }

  @Test
  void aGraphInMemory() {
    assertTrainsOn(fitGraph(new InMemoryModelSaver<>()));
  }

  @Test
  void aGraphInAFile() {
    assertTrainsOn(fitGraph(new LocalFileGraphSaver(folder.toString())));
  }

  private EarlyStoppingResult<ComputationGraph> fitGraph(
      EarlyStoppingModelSaver<ComputationGraph> saver) {
    ComputationGraph graph =
        Samples.network(Samples.branching(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(graph, SETTINGS);
    return new EarlyStoppingGraphTrainer(configuration(saver), graph, data()).fit();
  }
}
