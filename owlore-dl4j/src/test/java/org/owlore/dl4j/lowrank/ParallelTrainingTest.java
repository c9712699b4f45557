package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.FixedThresholdAlgorithm;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.galore.DamagedStateException;
import org.owlore.galore.GaLoreUpdater;

class ParallelTrainingTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).build();

  private final List<DataSet> rows = Samples.rows(DataType.FLOAT, 16, 1);

  private static List<Model> networks() {
    return List.of(
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam()))),
        Samples.network(Samples.branching(Samples.base(DataType.FLOAT, new Adam()))));
  }

  private void fit(Model network, ParallelWrapper wrapper) {
    try {
      wrapper.fit(new ListDataSetIterator<>(rows, 1));
    } finally {
      wrapper.shutdown();
    }
  }

  private static ParallelWrapper.Builder<?> wrapper(Model network) {
    return new ParallelWrapper.Builder<>(network).workers(2).prefetchBuffer(2);
  }

  @Test
  void averagingParametersAloneWorks() {
    for (Model network : networks()) {
      GaLore.bind(network, SETTINGS);
      INDArray before = network.params().dup();
      fit(network, wrapper(network).averagingFrequency(1).averageUpdaters(false).build());
      assertThat(network.params()).isNotEqualTo(before);
      assertThat(Double.isFinite(network.params().sumNumber().doubleValue())).isTrue();
    }
  }

  @Test
  void sharingGradientsWorks() {
    for (Model network : networks()) {
      GaLore.bind(network, SETTINGS);
      INDArray before = network.params().dup();
      fit(
          network,
          wrapper(network)
              .trainingMode(ParallelWrapper.TrainingMode.SHARED_GRADIENTS)
              .thresholdAlgorithm(new FixedThresholdAlgorithm(1e-4))
              .build());
      assertThat(network.params()).isNotEqualTo(before);
      assertThat(Double.isFinite(network.params().sumNumber().doubleValue())).isTrue();
    }
  }

  @Test
  void averagingStatesIsRefused() {
    for (Model network : networks()) {
      GaLore.bind(network, SETTINGS);
      assertThatThrownBy(() -> fit(network, wrapper(network).averagingFrequency(1).build()))
          .rootCause()
          .isInstanceOf(DamagedStateException.class);
    }
  }
}
