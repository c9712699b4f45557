package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.owlore.dl4j.blocks.Grouping;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.dl4j.testing.NaiveTraining;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;
import org.owlore.dl4j.testing.UpdaterState;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.scoring.OutlierRatio;
import org.owlore.scoring.WeightNorm;

class OutlierWeighedLayerSamplerTest {
  private static final int INTERVAL = 4;

  static Stream<Arguments> everyNetworkAndUpdater() {
    List<IUpdater> updaters =
        List.of(
            new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.02, 0.9)),
            new Nesterovs(0.05, 0.9),
            new Sgd(0.1),
            new Adam(0.02),
            new AdaMax(0.02),
            new AMSGrad(0.02),
            new AdaDelta(),
            new RmsProp(0.01));
    Set<String> everyUpdater = Set.of("perceptron", "branching");
    return SampleNetworks.ALL.keySet().stream()
        .sorted()
        .flatMap(
            kind ->
                updaters.stream()
                    .limit(everyUpdater.contains(kind) ? updaters.size() : 2)
                    .map(updater -> Arguments.of(kind, updater)));
  }

  @ParameterizedTest
  @MethodSource("everyNetworkAndUpdater")
  void trainsWhatANaiveLoopOverTheSameBlocksTrains(String kind, IUpdater updater) {
    Model sampled = SampleNetworks.of(kind, updater);
    Model naive = SampleNetworks.of(kind, updater);
    OutlierWeighedLayerSampler sampler = scheduled();
    attach(sampled, sampler);
    NaiveTraining training = new NaiveTraining(Network.of(naive));
    for (int step = 0; step < 5 * INTERVAL; step++) {
      Nd4j.getRandom().setSeed(step);
      SampleData.fit(sampled, SampleData.of(kind, step));
      Nd4j.getRandom().setSeed(step);
      training.fit(SampleData.of(kind, step), sampler.trainedBlocks(), sampler.blocks());
      assertThat(distance(sampled.params(), naive.params()))
          .as("step %d, trained %s", step, sampler.trainedBlocks())
          .isLessThan(1e-5);
    }
  }

  static Stream<Arguments> everyNetworkAndKindOfUpdater() {
    return SampleNetworks.ALL.keySet().stream()
        .sorted()
        .flatMap(
            kind ->
                Stream.of("Adam", "Nesterovs", "GaLore")
                    .map(updater -> Arguments.of(kind, updater)));
  }

  private static Model network(String kind, String updater) {
    Model network =
        SampleNetworks.of(
            kind, updater.equals("Nesterovs") ? new Nesterovs(0.05, 0.9) : new Adam(0.02));
    if (updater.equals("GaLore")) {
      GaLore.bind(
          network, GaLoreUpdater.builder().rank(2).refreshInterval(3).learningRate(0.02).build());
    }
    return network;
  }

  @ParameterizedTest
  @MethodSource("everyNetworkAndKindOfUpdater")
  void whatIsFrozenStaysBitForBitAndWhatTrainsChanges(String kind, String updater) {
    Network network = Network.of(network(kind, updater));
    OutlierWeighedLayerSampler sampler = scheduled();
    attach(network.model(), sampler);
    SampleData.fit(network.model(), SampleData.of(kind, 0));
    for (int step = 1; step < 5 * INTERVAL; step++) {
      Map<String, Map<String, float[]>> before = snapshot(network);
      SampleData.fit(network.model(), SampleData.of(kind, step));
      Map<String, Map<String, float[]>> after = snapshot(network);
      Set<String> trained = trainedLayers(sampler);
      for (String layer : before.keySet()) {
        boolean frozen = sampler.blocks().stream().anyMatch(block -> parts(block).contains(layer));
        if (frozen && !trained.contains(layer)) {
          assertSame(after.get(layer), before.get(layer), "step " + step + " " + layer);
        } else {
          assertThat(after.get(layer).get("parameters"))
              .as("step %d %s", step, layer)
              .isNotEqualTo(before.get(layer).get("parameters"));
        }
      }
    }
  }

  private static void assertSame(
      Map<String, float[]> after, Map<String, float[]> before, String where) {
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (part, values) -> assertThat(after.get(part)).as(where + part).isEqualTo(values));
  }

  private static Map<String, Map<String, float[]>> snapshot(Network network) {
    Map<String, Map<String, float[]>> snapshot = new HashMap<>();
    INDArray flat = network.model().params();
    for (NetworkLayer layer : network.layers()) {
      Map<String, float[]> parts = UpdaterState.of(network, layer);
      parts.put(
          "parameters",
          flat.reshape(flat.length())
              .get(NDArrayIndex.interval(layer.from(), layer.until()))
              .dup()
              .toFloatVector());
      snapshot.put(layer.name(), parts);
    }
    return snapshot;
  }

  private static Set<String> trainedLayers(OutlierWeighedLayerSampler sampler) {
    return sampler.trainedBlocks().stream()
        .flatMap(block -> parts(block).stream())
        .collect(Collectors.toSet());
  }

  private static List<String> parts(String block) {
    return List.of(block.split("\\+"));
  }

  @ParameterizedTest
  @MethodSource("everyNetworkAndUpdater")
  void withEverythingSampledTrainingIsStockTrainingBitForBit(String kind, IUpdater updater) {
    Model sampled = SampleNetworks.of(kind, updater);
    Model stock = SampleNetworks.of(kind, updater);
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .gamma(Grouping.builder().build().of(Network.of(stock)).blocks().size())
            .interval(2)
            .metric(new WeightNorm())
            .build();
    attach(sampled, sampler);
    for (int step = 0; step < 5; step++) {
      SampleData.fit(sampled, SampleData.of(kind, step));
      SampleData.fit(stock, SampleData.of(kind, step));
      assertThat(sampled.score()).isEqualTo(stock.score());
    }
    assertThat(bits(sampled.params())).isEqualTo(bits(stock.params()));
    assertThat(bits(Network.of(sampled).updater().getStateViewArray()))
        .isEqualTo(bits(Network.of(stock).updater().getStateViewArray()));
  }

  @ParameterizedTest
  @MethodSource("everyNetworkAndKindOfUpdater")
  void aRunThatIsRestartedFromAFileGoesOnBitForBit(
      String kind, String updater, @TempDir Path folder) throws IOException {
    Path samplingFile = folder.resolve("sampling.json");
    Path modelFile = folder.resolve("model.zip");
    Model whole = network(kind, updater);
    attach(whole, drawing(samplingFile));
    for (int step = 0; step < 7; step++) {
      SampleData.fit(whole, SampleData.of(kind, step));
    }
    ModelSerializer.writeModel(whole, modelFile.toFile(), true);
    Model restored =
        whole instanceof ComputationGraph
            ? ModelSerializer.restoreComputationGraph(modelFile.toFile(), true)
            : ModelSerializer.restoreMultiLayerNetwork(modelFile.toFile(), true);
    attach(restored, drawing(samplingFile));
    for (int step = 7; step < 16; step++) {
      SampleData.fit(whole, SampleData.of(kind, step));
      SampleData.fit(restored, SampleData.of(kind, step));
      assertThat(bits(restored.params())).as("step %d", step).isEqualTo(bits(whole.params()));
    }
  }

  private static OutlierWeighedLayerSampler drawing(Path samplingFile) {
    return OutlierWeighedLayerSampler.builder()
        .gamma(1)
        .interval(4)
        .metric(new OutlierRatio(1))
        .samplingFile(samplingFile)
        .build();
  }

  private static OutlierWeighedLayerSampler scheduled() {
    return OutlierWeighedLayerSampler.builder()
        .interval(INTERVAL)
        .schedule(OutlierWeighedLayerSamplerTest::blocks)
        .build();
  }

  private static float[] bits(INDArray array) {
    return array == null ? new float[0] : array.reshape(array.length()).toFloatVector();
  }

  /** The higher one first, the lower one, both, none, and again. */
  private static List<Integer> blocks(long interval) {
    return List.of(List.of(1), List.of(0), List.of(0, 1), List.<Integer>of(), List.of(1))
        .get((int) interval % 5);
  }

  private static double distance(INDArray one, INDArray other) {
    return one.sub(other).amaxNumber().doubleValue();
  }

  private static void attach(Model network, OutlierWeighedLayerSampler sampler) {
    if (network instanceof ComputationGraph graph) {
      graph.setListeners(sampler);
    } else {
      ((MultiLayerNetwork) network).setListeners(sampler);
    }
  }
}
