package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.optimize.listeners.CollectScoresIterationListener;
import org.deeplearning4j.optimize.listeners.EvaluativeListener;
import org.deeplearning4j.optimize.listeners.PerformanceListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.testing.NaiveTraining;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

/** What users of DL4J attach to a network, switch on in it or wrap around it, with a sampler. */
class SamplerCompanionsTest {
  private static final List<Integer> MIDDLE = List.of(1);

  static Set<String> kinds() {
    return SampleNetworks.ALL.keySet();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void statisticsScoresAndPerformanceAreListenedToAsBefore(String kind) {
    Model network = SampleNetworks.of(kind, new Adam(0.01));
    StatsStorage storage = new InMemoryStatsStorage();
    CollectScoresIterationListener scores = new CollectScoresIterationListener();
    listen(
        network,
        new StatsListener(storage, 1),
        training(MIDDLE),
        scores,
        new PerformanceListener(1),
        new StatsListener(storage, 1));
    for (int step = 0; step < 3; step++) {
      SampleData.fit(network, SampleData.of(kind, step));
    }
    assertThat(storage.listSessionIDs()).isNotEmpty();
    assertThat(scores.getScoreVsIter().getEffectiveScores()).doesNotContain(0.0);
  }

  @Test
  void checkpointsHoldTheNetworkAsItsOwnerMadeIt(@TempDir File folder) {
    MultiLayerNetwork network = perceptron();
    CheckpointListener checkpoints =
        new CheckpointListener.Builder(folder).saveEveryNIterations(1).keepAll().build();
    network.setListeners(training(MIDDLE), checkpoints);
    fit(network, 3);
    MultiLayerNetwork restored = checkpoints.loadCheckpointMLN(checkpoints.lastCheckpoint());
    assertThat(restored.params()).isEqualTo(network.params());
    assertThat(restored.getLayerWiseConfigurations().toJson())
        .doesNotContain("owlore.dl4j.freezing");
    fit(restored, 1);
  }

  @Test
  void evaluationInTheMiddleOfTrainingSeesEveryLayer() {
    MultiLayerNetwork network = perceptron();
    DataSet data = batch(0);
    EvaluativeListener evaluation =
        new EvaluativeListener(new ListDataSetIterator<>(List.of(data), 1), 1);
    List<INDArray> outputs = new ArrayList<>();
    network.setListeners(
        training(MIDDLE),
        evaluation,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            outputs.add(network.output(data.getFeatures()));
          }
        });
    fit(network, 2);
    assertThat(outputs.get(1)).isEqualTo(network.output(data.getFeatures()));
    assertThat(evaluation.getEvaluations()).isNotEmpty();
  }

  @Test
  void earlyStoppingFindsItsBestModel() {
    MultiLayerNetwork network = perceptron();
    OutlierWeighedLayerSampler sampler = training(MIDDLE);
    network.setListeners(sampler);
    var data = new ListDataSetIterator<>(List.of(batch(0), batch(1)), 1);
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(
                new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                    .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
                    .scoreCalculator(new DataSetLossCalculator(data, true))
                    .modelSaver(new InMemoryModelSaver<>())
                    .build(),
                network,
                data)
            .fit();
    assertThat(result.getTotalEpochs()).isEqualTo(4);
    assertThat(sampler.trainedBlocks()).containsExactly("layer1");
    fit(result.getBestModel(), 1);
  }

  @Test
  void parallelWorkersAreRefused() throws Exception {
    MultiLayerNetwork network = perceptron();
    network.setListeners(training(MIDDLE));
    try (ParallelWrapper parallel =
        new ParallelWrapper.Builder<>(network).workers(2).averagingFrequency(1).build()) {
      assertThatThrownBy(
              () ->
                  parallel.fit(
                      new ListDataSetIterator<>(
                          List.of(batch(0), batch(1), batch(2), batch(3)), 1)))
          .rootCause()
          .hasMessageContaining("ParallelWrapper, whose workers train copies of a network");
    }
  }

  @ParameterizedTest
  @EnumSource(GradientNormalization.class)
  void gradientNormalizationSeesWhatTrains(GradientNormalization normalization) {
    MultiLayerNetwork sampled = normalized(normalization);
    MultiLayerNetwork stock = normalized(normalization);
    sampled.setListeners(training(MIDDLE));
    SampleData.fit(sampled, SampleData.of("perceptron", 0));
    SampleData.fit(stock, SampleData.of("perceptron", 0));
    assertThat(sampled.getLayer(1).params()).isEqualTo(stock.getLayer(1).params());
    assertThat(sampled.getLayer(0).params())
        .isEqualTo(normalized(normalization).getLayer(0).params());
  }

  private static MultiLayerNetwork normalized(GradientNormalization normalization) {
    return SampleNetworks.perceptron(
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(0.01))
            .gradientNormalization(normalization)
            .gradientNormalizationThreshold(0.01));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void regularizationActsOnWhatTrainsOnly(String kind) {
    Model sampled = regularized(kind);
    Model naive = regularized(kind);
    OutlierWeighedLayerSampler sampler = training(MIDDLE);
    listen(sampled, sampler);
    NaiveTraining training = new NaiveTraining(Network.of(naive));
    for (int step = 0; step < 4; step++) {
      SampleData.fit(sampled, SampleData.of(kind, step));
      training.fit(SampleData.of(kind, step), sampler.trainedBlocks(), sampler.blocks());
    }
    assertThat(sampled.params().sub(naive.params()).amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  private static Model regularized(String kind) {
    return SampleNetworks.ALL
        .get(kind)
        .apply(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .l1(0.01)
                .l2(0.02)
                .weightDecay(0.1));
  }

  @Test
  void constraintsRestOnFrozenLayersAndActOnTheOthers() {
    MultiLayerNetwork network = constrained();
    network.getLayer(1).getParam("W").muli(10);
    INDArray before = network.getLayer(1).params().dup();
    network.setListeners(training(List.of(0)));
    network.getLayer(0).getParam("W").muli(10);
    fit(network, 2);
    assertThat(network.getLayer(1).params().toFloatVector()).isEqualTo(before.toFloatVector());
    assertThat(network.getLayer(0).getParam("W").norm2(0).maxNumber().doubleValue())
        .isLessThan(0.51);
    network.setListeners();
    fit(network, 1);
    assertThat(network.getLayer(1).getParam("W").norm2(0).maxNumber().doubleValue())
        .isLessThan(0.51);
  }

  private static MultiLayerNetwork constrained() {
    return SampleNetworks.perceptron(
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(0.01))
            .constrainWeights(new MaxNormConstraint(0.5, 0)));
  }

  @Test
  void aNewLearningRateInTheMiddleOfAnIntervalCounts() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(training(MIDDLE));
    fit(network, 2);
    network.setLearningRate(0);
    INDArray before = network.params().dup();
    fit(network, 1);
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void withoutWorkspacesTheSameIsTrained() {
    MultiLayerNetwork with = workspaces(WorkspaceMode.ENABLED);
    MultiLayerNetwork without = workspaces(WorkspaceMode.NONE);
    for (MultiLayerNetwork network : List.of(with, without)) {
      network.setListeners(training(MIDDLE));
      fit(network, 3);
    }
    assertThat(without.params()).isEqualTo(with.params());
  }

  private static MultiLayerNetwork workspaces(WorkspaceMode mode) {
    return SampleNetworks.perceptron(
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(0.01))
            .trainingWorkspaceMode(mode)
            .inferenceWorkspaceMode(mode));
  }

  @Test
  void gradientsThatAreAskedForAreThoseOfEveryLayer() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(training(List.of(3)));
    fit(network, 1);
    MultiLayerNetwork stock = perceptron();
    stock.setParams(network.params());
    stock.initGradientsView();
    DataSet data = batch(5);
    var gradients = network.calculateGradients(data.getFeatures(), data.getLabels(), null, null);
    var expected = stock.calculateGradients(data.getFeatures(), data.getLabels(), null, null);
    assertThat(gradients.getFirst().gradientForVariable())
        .isEqualTo(expected.getFirst().gradientForVariable());
    assertThat(gradients.getSecond()).isEqualTo(expected.getSecond());
    fit(network, 1);
  }

  @Test
  void statisticsOfBatchNormalisationThatIsFrozenByNameStandStill() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) SampleNetworks.of("convolutional", new Adam(0.01));
    network.setListeners(
        OutlierWeighedLayerSampler.builder()
            .block("layer0", "layer1")
            .block("layer2", "layer3", "layer4")
            .schedule(interval -> List.of(0))
            .build());
    INDArray trained = network.getLayer(1).params().dup();
    INDArray frozen = network.getLayer(4).params().dup();
    for (int step = 0; step < 3; step++) {
      SampleData.fit(network, SampleData.of("convolutional", step));
    }
    assertThat(network.getLayer(4).params()).isEqualTo(frozen);
    assertThat(network.getParam("1_mean")).isNotEqualTo(trained);
  }

  @Test
  void statisticsOfBatchNormalisationMoveInEveryIterationByDefault() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) SampleNetworks.of("convolutional", new Adam(0.01));
    network.setListeners(OutlierWeighedLayerSampler.builder().gamma(1).interval(1).build());
    for (int step = 0; step < 3; step++) {
      List<INDArray> before =
          List.of(network.getParam("1_mean").dup(), network.getParam("4_mean").dup());
      SampleData.fit(network, SampleData.of("convolutional", step));
      assertThat(network.getParam("1_mean")).isNotEqualTo(before.get(0));
      assertThat(network.getParam("4_mean")).isNotEqualTo(before.get(1));
    }
  }

  @Test
  void layerwisePretrainingIsNotSampled() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.01))
                .list()
                .layer(new AutoEncoder.Builder().nIn(5).nOut(4).build())
                .layer(new DenseLayer.Builder().nIn(4).nOut(4).build())
                .layer(new OutputLayer.Builder().nIn(4).nOut(3).build())
                .build());
    network.init();
    network.setListeners(training(MIDDLE));
    INDArray before = network.getLayer(0).params().dup();
    network.pretrain(new ListDataSetIterator<>(List.of(batch(0)), 1));
    assertThat(network.getLayer(0).params()).isNotEqualTo(before);
    INDArray pretrained = network.getLayer(0).params().dup();
    fit(network, 2);
    assertThat(network.getLayer(0).params()).isEqualTo(pretrained);
  }

  @Test
  void aFitWithTimeToSpareDrawsAsManyIntervalsAsItTakes(@TempDir Path folder) {
    MultiLayerNetwork network = perceptron();
    List<List<String>> trained = new ArrayList<>();
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .gamma(1)
            .interval(2)
            .samplingFile(folder.resolve("sampling.json"))
            .build();
    network.setListeners(
        sampler,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            trained.add(sampler.trainedBlocks());
          }
        });
    network.fit(new ListDataSetIterator<>(List.of(batch(0), batch(1), batch(2)), 1), 4);
    assertThat(trained).hasSize(12);
    for (int interval = 0; interval < 6; interval++) {
      assertThat(trained.get(2 * interval)).hasSize(1).isEqualTo(trained.get(2 * interval + 1));
    }
    assertThat(Set.copyOf(trained)).hasSizeGreaterThan(1);
    assertThat(sampler.scores()).isPresent();
  }

  private static OutlierWeighedLayerSampler training(List<Integer> blocks) {
    return OutlierWeighedLayerSampler.builder().schedule(interval -> blocks).build();
  }

  private static MultiLayerNetwork perceptron() {
    return (MultiLayerNetwork) SampleNetworks.of("perceptron", new Adam(0.01));
  }

  private static DataSet batch(long seed) {
    MultiDataSet data = SampleData.of("perceptron", seed);
    return new DataSet(data.getFeatures(0), data.getLabels(0));
  }

  private static void fit(MultiLayerNetwork network, int steps) {
    for (int step = 0; step < steps; step++) {
      network.fit(batch(step));
    }
  }

  private static void listen(
      Model network, org.deeplearning4j.optimize.api.TrainingListener... listeners) {
    if (network instanceof ComputationGraph graph) {
      graph.setListeners(listeners);
    } else {
      ((MultiLayerNetwork) network).setListeners(listeners);
    }
  }
}
