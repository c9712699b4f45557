package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.network.Parameter;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.MomentsAtRefresh;
import org.owlore.galore.Projection;

/** Networks take the steps that the naive GaLore takes from their gradients. */
class GaLoreArithmeticTest {
  private static final int STEPS = 8;

  private static GaLoreUpdater.GaLoreUpdaterBuilder settings() {
    return GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).scale(0.5);
  }

  private static void assertFollows(
      GaLoreUpdater settings,
      Function<NeuralNetConfiguration.Builder, Model> architecture,
      List<DataSet> batches,
      String... notProjected) {
    Model network = architecture.apply(Samples.base(DataType.DOUBLE, new Adam()));
    GaLore.bind(network, settings, notProjected);
    NaiveTwin naive =
        new NaiveTwin(
            architecture.apply(Samples.base(DataType.DOUBLE, new Sgd(1))), settings, notProjected);
    for (int step = 0; step < batches.size(); step++) {
      INDArray expected = naive.after(network.params(), batches.get(step), step);
      Samples.fit(network, batches.get(step));
      for (NetworkLayer layer : Network.of(network).layers()) {
        for (Parameter parameter : layer.parameters()) {
          INDArray wanted = NaiveTwin.numbers(parameter, expected);
          assertThat(parameter.values().distance2(wanted))
              .as("error of %s after step %d", parameter.name(), step)
              .isLessThan(1e-8);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Projection.class)
  void denseLayers(Projection projection) {
    assertFollows(
        settings().projection(projection).build(),
        base -> Samples.network(Samples.dense(base)),
        Samples.rows(DataType.DOUBLE, STEPS, 1));
  }

  @ParameterizedTest
  @EnumSource(MomentsAtRefresh.class)
  void momentsAtARefresh(MomentsAtRefresh moments) {
    assertFollows(
        settings().momentsAtRefresh(moments).build(),
        base -> Samples.network(Samples.dense(base)),
        Samples.rows(DataType.DOUBLE, STEPS, 2));
  }

  @Test
  void layersOfAGraph() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.branching(base)),
        Samples.rows(DataType.DOUBLE, STEPS, 3));
  }

  @Test
  void kernelsAndNorms() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.convolutional(base)),
        Samples.images(DataType.DOUBLE, STEPS, 4));
  }

  @Test
  void recurrentAndAttentionLayers() {
    // The gradient of the last attention weight has rank 2: that of 3 classes.
    assertFollows(
        settings().rank(2).build(),
        base -> Samples.network(Samples.recurrent(base)),
        Samples.sequences(DataType.DOUBLE, STEPS, 5));
  }

  @Test
  void wrappedLayers() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.wrapped(base)),
        Samples.labelledSequences(DataType.DOUBLE, STEPS, 6));
  }

  @Test
  void verticesWithParameters() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.attention(base)),
        Samples.labelledSequences(DataType.DOUBLE, STEPS, 7));
  }

  @Test
  void embeddings() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.embedding(base)),
        Samples.tokens(DataType.DOUBLE, STEPS, 8));
  }

  @Test
  void layersThatAreNotProjected() {
    assertFollows(
        settings().build(),
        base -> Samples.network(Samples.embedding(base)),
        Samples.tokens(DataType.DOUBLE, STEPS, 9),
        "embedding",
        "layer1");
  }

  @Test
  void aRankAboveAllSides() {
    assertFollows(
        settings().rank(64).build(),
        base -> Samples.network(Samples.dense(base)),
        Samples.rows(DataType.DOUBLE, STEPS, 10));
  }

  @Test
  void aBatchOfOne() {
    // The gradient has rank 1. What that leaves open must not reach the next step.
    GaLoreUpdater settings =
        settings().refreshInterval(1).momentsAtRefresh(MomentsAtRefresh.RESET).build();
    List<DataSet> rows =
        Samples.rows(DataType.DOUBLE, STEPS, 12).stream()
            .map(batch -> (DataSet) batch.getRange(1, 2))
            .toList();
    assertFollows(settings, base -> Samples.network(Samples.dense(base)), rows);
  }

  @Test
  void aScheduledLearningRate() {
    assertFollows(
        settings()
            .learningRateSchedule(new StepSchedule(ScheduleType.ITERATION, 0.02, 0.5, 2))
            .build(),
        base -> Samples.network(Samples.dense(base)),
        Samples.rows(DataType.DOUBLE, STEPS, 11));
  }
}
