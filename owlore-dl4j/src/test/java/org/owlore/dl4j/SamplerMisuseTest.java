package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;
import org.owlore.sampling.LayerDistribution;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

class SamplerMisuseTest {

  @Test
  void aSamplerThatWasNeverAttachedSaysHowToAttachIt() {
    assertThatThrownBy(() -> lisa().build().trainedBlocks())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The sampler has seen no iteration yet: attach it with net.setListeners(sampler) before net.fit(..).");
  }

  @Test
  void attachingInTheMiddleOfAnIterationIsRefused() {
    OutlierWeighedLayerSampler sampler = lisa().build();
    MultiLayerNetwork network = perceptron();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            network.setListeners(sampler);
          }
        });
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The sampler was attached in the middle of an iteration: attach it with net.setListeners(sampler) before net.fit(..).");
  }

  @Test
  void twoSamplersAreRefused() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().build(), lisa().build());
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The network has two OutlierWeighedLayerSamplers: attach one only.");
  }

  @Test
  void oneSamplerForTwoNetworksIsRefused() {
    OutlierWeighedLayerSampler sampler = lisa().build();
    MultiLayerNetwork first = perceptron();
    first.setListeners(sampler);
    train(first);
    MultiLayerNetwork second = perceptron();
    second.setListeners(sampler);
    assertThatThrownBy(() -> train(second))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "The sampler serves one network but is attached to a second one: build a sampler for each.");
  }

  @Test
  void unknownLayerNamesAreRefusedWithTheKnownOnes() {
    for (OutlierWeighedLayerSamplerBuilder builder :
        List.of(
            lisa().block("layer0", "layr1"),
            lisa().alwaysTrain("layr1"),
            lisa().neverTrain("layr1"))) {
      MultiLayerNetwork network = perceptron();
      network.setListeners(builder.build());
      assertThatThrownBy(() -> train(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The network has no layer \"layr1\" with parameters: it has [layer0, layer1, layer3, layer4, layer5].");
    }
  }

  @Test
  void layersThatDl4jFrozeAreRefused() {
    MultiLayerNetwork network =
        new TransferLearning.Builder(perceptron()).setFeatureExtractor(0).build();
    network.setListeners(lisa().build());
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Layer \"layer0\" is wrapped in a DL4J frozen layer already");
  }

  @Test
  void parametersReplacedBySetParamsAreNoticedBeforeTheNextInterval() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().interval(3).build());
    train(network);
    network.setParams(network.params().mul(2));
    train(network);
    train(network);
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Parameters of blocks that were frozen changed from outside while");
  }

  @Test
  void parametersReplacedBetweenEpochsAreNoticedAtOnce() {
    ComputationGraph network = (ComputationGraph) SampleNetworks.of("branching", new Adam(0.01));
    network.setListeners(lisa().gamma(1).build());
    train(network);
    network.setParams(network.params().mul(2));
    assertThatThrownBy(
            () ->
                network.fit(
                    new org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator(
                        SampleData.of("branching", 1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("build a new sampler for the changed network.");
  }

  @Test
  void otherOptimizationAlgorithmsAreRefused() {
    MultiLayerNetwork network =
        SampleNetworks.perceptron(
            new NeuralNetConfiguration.Builder().optimizationAlgo(OptimizationAlgorithm.LBFGS));
    network.setListeners(lisa().build());
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("but the network is optimized by LBFGS");
  }

  @Test
  void gammaBeyondTheBlocksIsRefused() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().gamma(9).build());
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gamma is 9");
    assertThatThrownBy(() -> lisa().gamma(0).build())
        .hasMessage("gamma is 0: at least 1 block must be sampled.");
  }

  @Test
  void twoWaysToDrawAreRefused() {
    assertThatThrownBy(() -> lisa().metric(new OutlierRatio(3)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("give one of these only.");
    assertThatThrownBy(() -> lisa().schedule(interval -> List.of(0)).build())
        .hasMessageEndingWith("give one of these only.");
  }

  @Test
  void scoresOfAnotherNumberOfBlocksAreRefused() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(
        OutlierWeighedLayerSampler.builder()
            .scores(new LayerScores("mine", OptionalDouble.empty(), List.of(1.0, 2.0)))
            .build());
    assertThatThrownBy(() -> train(network))
        .hasMessage(
            "There are 2 scores (mine) for 4 blocks: score this network, with these blocks, again.");
  }

  @Test
  void aSamplingFileOfAnotherKindOfRunIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("sampling.json");
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().samplingFile(file).build());
    train(network);
    MultiLayerNetwork other = perceptron();
    other.setListeners(OutlierWeighedLayerSampler.builder().samplingFile(file).build());
    assertThatThrownBy(() -> train(other))
        .hasMessageContaining("is of a run that drew blocks without scores");
  }

  @Test
  void aSamplingFileOfALaterBeginningIsRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("sampling.json");
    Files.writeString(
        file,
        "{\"firstIteration\": 100, \"blocks\": [\"layer0\",\"layer1\",\"layer3\",\"layer4\"]}");
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().samplingFile(file).build());
    assertThatThrownBy(() -> train(network))
        .hasMessageContaining("began sampling at iteration 100, but the network is at iteration 0");
  }

  @Test
  void aSamplingFileOfAnotherNetworkIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("sampling.json");
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().samplingFile(file).build());
    train(network);
    ComputationGraph other = (ComputationGraph) SampleNetworks.of("branching", new Adam(0.01));
    other.setListeners(lisa().samplingFile(file).build());
    assertThatThrownBy(() -> train(other))
        .hasMessageContaining(
            "is of a network with the blocks [layer0, layer1, layer3, layer4], but this one has [a, b, c, d]");
  }

  @Test
  void aScheduleBeyondTheBlocksIsRefused() {
    for (List<Integer> blocks : Arrays.asList(List.of(17), List.of(-1), null)) {
      MultiLayerNetwork network = perceptron();
      network.setListeners(
          OutlierWeighedLayerSampler.builder().schedule(interval -> blocks).build());
      assertThatThrownBy(() -> train(network))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The schedule names the blocks %s in interval 0, but the network has blocks 0 to 3."
                  .formatted(blocks));
    }
  }

  @Test
  void anIterationCountThatGoesBackIsRefused() {
    MultiLayerNetwork network = perceptron();
    network.setListeners(lisa().interval(2).build());
    for (int step = 0; step < 5; step++) {
      train(network);
    }
    network.setIterationCount(0);
    assertThatThrownBy(() -> train(network))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The iteration count of the network went back from 4 to 0 while it was sampled: build a new sampler for it.");
  }

  @Test
  void afterAnIterationThatFailedTheNetworkTrainsOn() {
    MultiLayerNetwork network = perceptron();
    OutlierWeighedLayerSampler sampler = lisa().gamma(1).build();
    network.setListeners(sampler);
    train(network);
    DataSet wrong = new DataSet(Nd4j.rand(4, 5), Nd4j.rand(4, 7));
    assertThatThrownBy(() -> network.fit(wrong)).isInstanceOf(RuntimeException.class);
    train(network);
    assertThat(network.getLayers())
        .allSatisfy(
            layer ->
                assertThat(layer.getClass().getPackageName()).startsWith("org.deeplearning4j"));
  }

  @Test
  void aModelThatIsNoNetworkIsLeftAlone() {
    OutlierWeighedLayerSampler sampler = lisa().build();
    Model layer = perceptron().getLayer(0);
    sampler.onForwardPass(layer, List.of());
    sampler.onGradientCalculation(layer);
    sampler.iterationDone(layer, 0, 0);
    assertThatThrownBy(sampler::trainedBlocks).isInstanceOf(IllegalStateException.class);
  }

  private static OutlierWeighedLayerSamplerBuilder lisa() {
    return OutlierWeighedLayerSampler.builder().gamma(2).distribution(LayerDistribution::uniform);
  }

  private static MultiLayerNetwork perceptron() {
    return (MultiLayerNetwork) SampleNetworks.of("perceptron", new Adam(0.01));
  }

  private static void train(Model network) {
    MultiDataSet data =
        SampleData.of(network instanceof ComputationGraph ? "branching" : "perceptron", 0);
    SampleData.fit(network, data);
  }
}
