package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.galore.DecoupledWeightDecay;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;

/** What DL4J does around an updater, it does around GaLore. */
class TrainingFeaturesTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).build();

  /** The feature is part of the gradient, so the naive twin has it, too. */
  private static void assertFollows(UnaryOperator<NeuralNetConfiguration.Builder> feature) {
    assertFollows(
        Samples.network(Samples.dense(feature.apply(Samples.base(DataType.DOUBLE, new Adam())))),
        naive(feature));
  }

  /** The decay comes after the updater, so the naive twin is told what it does. */
  private static void assertDecays(Regularization regularization, NaiveTwin.Decay decay) {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.DOUBLE, new Adam())));
    for (Layer layer : network.getLayers()) {
      ((BaseLayer) layer.conf().getLayer()).setRegularization(List.of(regularization));
    }
    NaiveTwin naive = naive(UnaryOperator.identity());
    naive.decayWeightsBy(decay);
    assertFollows(network, naive);
  }

  private static NaiveTwin naive(UnaryOperator<NeuralNetConfiguration.Builder> feature) {
    return new NaiveTwin(
        Samples.network(Samples.dense(feature.apply(Samples.base(DataType.DOUBLE, new Sgd(1))))),
        SETTINGS);
  }

  private static void assertFollows(MultiLayerNetwork network, NaiveTwin naive) {
    GaLore.bind(network, SETTINGS);
    List<DataSet> batches = Samples.rows(DataType.DOUBLE, 7, 4);
    for (int step = 0; step < batches.size(); step++) {
      INDArray expected = naive.after(network.params(), batches.get(step), step);
      network.fit(batches.get(step));
      assertThat(network.params().distance2(expected)).as("step %d", step).isLessThan(1e-8);
    }
  }

  @ParameterizedTest
  @EnumSource(GradientNormalization.class)
  void gradientNormalization(GradientNormalization normalization) {
    assertFollows(
        base -> base.gradientNormalization(normalization).gradientNormalizationThreshold(0.05));
  }

  @Test
  void l1() {
    assertFollows(base -> base.l1(0.1));
  }

  @Test
  void l2() {
    assertFollows(base -> base.l2(0.1));
  }

  @Test
  void weightDecay() {
    assertDecays(
        new WeightDecay(0.3, true), (weight, update, rate) -> update.add(weight.mul(0.3 * rate)));
  }

  @Test
  void decoupledWeightDecay() {
    assertDecays(
        new DecoupledWeightDecay(0.3),
        (weight, update, rate) -> update.add(weight.sub(update).mul(0.3 * rate)));
  }

  /** Without projection there is nothing but AdamW, which is DL4J's own Adam. */
  private static void assertFollowsStockAdam(Model network, Model stock, List<DataSet> batches) {
    GaLore.bind(network, SETTINGS.toBuilder().rank(100).epsilon(1e-8).build());
    for (DataSet batch : batches) {
      Samples.fit(network, batch);
      Samples.fit(stock, batch);
    }
    INDArray actual = network.params();
    INDArray expected = stock.params();
    assertThat(actual.distance2(expected) / expected.norm2Number().doubleValue()).isLessThan(1e-6);
  }

  private static NeuralNetConfiguration.Builder adam(DataType type) {
    return Samples.base(type, new Adam(0.01, 0.9, 0.999, 1e-8));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void fullRankIsStockAdam(DataType type) {
    List<DataSet> rows = Samples.rows(type, 12, 5);
    assertFollowsStockAdam(
        Samples.network(Samples.dense(adam(type))),
        Samples.network(Samples.dense(adam(type))),
        rows);
    assertFollowsStockAdam(
        Samples.network(Samples.branching(adam(type))),
        Samples.network(Samples.branching(adam(type))),
        rows);
    assertFollowsStockAdam(
        Samples.network(Samples.recurrent(adam(type))),
        Samples.network(Samples.recurrent(adam(type))),
        Samples.sequences(type, 12, 5));
  }

  @Test
  void truncatedSequencesTakeAStepForEachPart() {
    List<DataSet> sequences = Samples.sequences(DataType.DOUBLE, 4, 5);
    MultiLayerNetwork network = Samples.network(Samples.truncated(adam(DataType.DOUBLE)));
    assertFollowsStockAdam(
        network, Samples.network(Samples.truncated(adam(DataType.DOUBLE))), sequences);
    assertThat(steps(network)).isEqualTo(3 * 4);
    GaLore.bind(network, SETTINGS);
    sequences.forEach(network::fit);
    assertThat(steps(network)).isEqualTo(3 * 4);
  }

  private static long steps(Model network) {
    return ((LayerGradientUpdater)
            Network.of(network).updater().getUpdaterBlocks().get(0).getGradientUpdater())
        .step();
  }

  @Test
  void masksCount() {
    List<DataSet> sequences = Samples.sequences(DataType.DOUBLE, 6, 6);
    MultiLayerNetwork network =
        Samples.network(Samples.recurrent(Samples.base(DataType.DOUBLE, new Adam())));
    GaLoreUpdater settings = SETTINGS.toBuilder().rank(2).build();
    GaLore.bind(network, settings);
    NaiveTwin naive =
        new NaiveTwin(
            Samples.network(Samples.recurrent(Samples.base(DataType.DOUBLE, new Sgd(1)))),
            settings);
    for (int step = 0; step < sequences.size(); step++) {
      DataSet batch = sequences.get(step);
      INDArray mask = Nd4j.ones(DataType.DOUBLE, 4, 7);
      mask.putScalar(1, 6, 0).putScalar(2, 5, 0).putScalar(2, 6, 0);
      batch.setFeaturesMaskArray(mask);
      batch.setLabelsMaskArray(mask);
      INDArray expected = naive.after(network.params(), batch, step);
      network.fit(batch);
      assertThat(network.params().distance2(expected)).as("step %d", step).isLessThan(1e-8);
    }
  }

  @Test
  void theLearningRateOfANetworkCanBeSet() {
    DataSet batch = Samples.rows(DataType.FLOAT, 1, 7).get(0);
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    network.fit(batch);
    INDArray state = network.updaterState().dup();
    network.setLearningRate(0);
    assertThat(network.getLearningRate(1)).isZero();
    assertThat(network.updaterState()).isEqualTo(state);
    INDArray before = network.params().dup();
    network.fit(batch);
    assertThat(network.params()).isEqualTo(before);

    network.setLearningRate(1, 0.5);
    network.fit(batch);
    assertThat(network.getLayer(0).params()).isEqualTo(before.get(interval(0, 84)));
    assertThat(network.getLayer(1).params()).isNotEqualTo(before.get(interval(84, 149)));
  }

  private static INDArrayIndex interval(long from, long until) {
    return NDArrayIndex.interval(from, until);
  }

  @Test
  void theLearningRateOfAGraphCanBeScheduled() {
    DataSet batch = Samples.rows(DataType.FLOAT, 1, 7).get(0);
    ComputationGraph graph =
        Samples.network(Samples.branching(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(graph, SETTINGS);
    graph.fit(batch);
    graph.setLearningRate(new StepSchedule(ScheduleType.ITERATION, 0.02, 0.5, 1));
    assertThat(graph.getLearningRate("left")).isEqualTo(0.01);
    graph.fit(batch);
    assertThat(graph.getLearningRate("left")).isEqualTo(0.005);
    assertThat(steps(graph)).isEqualTo(2);
  }

  @Test
  void aBadBatchLeavesTheParametersAlone() {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    List<DataSet> batches = Samples.rows(DataType.FLOAT, 2, 8);
    network.fit(batches.get(0));
    INDArray before = network.params().dup();
    batches.get(1).getFeatures().putScalar(0, 0, Float.NaN);
    assertThatThrownBy(() -> network.fit(batches.get(1)))
        .isInstanceOf(NonFiniteGradientException.class)
        .hasMessageStartingWith("The gradient of layer \"layer0\", parameter W of shape [6, 12]");
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void statisticsAreCollected() {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, new Adam())));
    GaLore.bind(network, SETTINGS);
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    network.setListeners(new StatsListener(storage, 1));
    Samples.rows(DataType.FLOAT, 3, 9).forEach(network::fit);
    String session = storage.listSessionIDs().get(0);
    assertThat(storage.getAllUpdatesAfter(session, "StatsListener", 0)).hasSize(3);
  }
}
