package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.testing.RecordingUpdater;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

/** The perceptron's layers have 42, 72, 72, 60 and 21 parameters. */
class UpdaterPartitionTest {
  private final RecordingUpdater updater = new RecordingUpdater(true);

  @Test
  void updatersOfFrozenLayersDoNotRun() {
    MultiLayerNetwork network = perceptron(updater);
    FreezeListener.training(network, "layer1");
    step(network);
    assertThat(updater.updated()).containsExactly(72L);
  }

  @Test
  void neighboursAreUpdatedTogether() {
    MultiLayerNetwork network = perceptron(updater);
    FreezeListener.training(network, "layer0", "layer3", "layer4");
    step(network);
    assertThat(updater.updated()).containsExactly(42L, 132L);
  }

  @Test
  void withoutAnythingFrozenTheStockBlockRuns() {
    MultiLayerNetwork network = perceptron(updater);
    FreezeListener.training(network, "layer0", "layer1", "layer3", "layer4", "layer5");
    step(network);
    assertThat(updater.updated()).containsExactly(267L);
  }

  @Test
  void withEverythingFrozenNoUpdaterRuns() {
    MultiLayerNetwork network = perceptron(updater);
    FreezeListener.training(network);
    step(network);
    assertThat(updater.updated()).isEmpty();
  }

  @Test
  void theStockBlocksAreBackAfterwards() {
    MultiLayerNetwork network = perceptron(updater);
    List<UpdaterBlock> stock =
        List.copyOf(new LayeredNetwork(network).updater().getUpdaterBlocks());
    FreezeListener.training(network, "layer1");
    step(network);
    List<UpdaterBlock> after = new LayeredNetwork(network).updater().getUpdaterBlocks();
    assertThat(after).hasSameSizeAs(stock);
    assertThat(after.get(0)).isSameAs(stock.get(0));
  }

  @Test
  void aStateThatDoesNotGoParameterByParameterIsRefused() {
    MultiLayerNetwork network = perceptron(new RecordingUpdater(false));
    FreezeListener.training(network, "layer1");
    assertThatThrownBy(() -> step(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The updater RecordingUpdater keeps one state for several layers (sum), some of which are frozen, and cannot be divided: give each layer an updater of its own.");
  }

  @Test
  void anUpdaterThatIsReplacedIsDividedAnew() {
    MultiLayerNetwork network = perceptron(new Sgd(0.1));
    FreezeListener.training(network, "layer1");
    step(network);
    network.setLearningRate(0.0);
    float[] before = network.getParam("1_W").dup().data().asFloat();
    step(network);
    assertThat(network.getParam("1_W").dup().data().asFloat()).isEqualTo(before);
  }

  private static MultiLayerNetwork perceptron(IUpdater updater) {
    return SampleNetworks.perceptron(new NeuralNetConfiguration.Builder().seed(2).updater(updater));
  }

  private static void step(MultiLayerNetwork network) {
    SampleData.fit(network, SampleData.of("perceptron", 1));
  }
}
