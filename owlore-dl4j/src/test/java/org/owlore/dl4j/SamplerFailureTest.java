package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;

/** When an iteration fails, or others interfere, nothing of the sampler stays in the network. */
class SamplerFailureTest {

  @ParameterizedTest
  @ValueSource(strings = {"perceptron", "branching"})
  void afterAFailureBeforeTheUpdateStockTrainingIsStock(String kind) {
    Model network = adam(kind);
    listen(network, sampler(), failing());
    assertThatThrownBy(() -> SampleData.fit(network, SampleData.of(kind, 0)))
        .hasMessage("a listener failed");
    assertTrainsAsStock(network, adam(kind), kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"perceptron", "branching"})
  void afterAFailureInTheUpdateStockTrainingIsStock(String kind) {
    Model network = galore(kind);
    listen(network, sampler());
    MultiDataSet bad = SampleData.of(kind, 0);
    bad.getFeatures(0).putScalar(0, Double.NaN);
    assertThatThrownBy(() -> SampleData.fit(network, bad))
        .isInstanceOf(NonFiniteGradientException.class);
    assertTrainsAsStock(network, galore(kind), kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"perceptron", "branching", "convolutional"})
  void afterAFailureInTheBackwardPassStockTrainingIsStock(String kind) {
    Model network = adam(kind);
    listen(network, sampler());
    MultiDataSet bad = SampleData.of(kind, 0);
    bad.setLabels(0, Nd4j.rand(4, 7));
    assertThatThrownBy(() -> SampleData.fit(network, bad)).isInstanceOf(RuntimeException.class);
    assertTrainsAsStock(network, adam(kind), kind);
  }

  @Test
  void afterAFailureAnotherSamplerCanTakeOver() {
    Model network = SampleNetworks.of("perceptron", new Adam(0.01));
    listen(network, sampler(), failing());
    assertThatThrownBy(() -> SampleData.fit(network, SampleData.of("perceptron", 0)));
    OutlierWeighedLayerSampler other = sampler();
    listen(network, other);
    SampleData.fit(network, SampleData.of("perceptron", 0));
    assertThat(other.trainedBlocks()).containsExactly("layer3");
  }

  @Test
  void aListenerBeforeTheSamplerMayChangeTheLearningRate() {
    MultiLayerNetwork network = (MultiLayerNetwork) SampleNetworks.of("perceptron", new Adam(0.01));
    network.setListeners(
        behind(model -> ((MultiLayerNetwork) model).setLearningRate(0.005)), sampler());
    for (int step = 0; step < 3; step++) {
      SampleData.fit(network, SampleData.of("perceptron", step));
    }
    assertThat(network.getLearningRate(0)).isEqualTo(0.005);
  }

  @Test
  void aListenerThatAsksForGradientsDuringTrainingGetsAllOfThem() {
    MultiDataSet data = SampleData.of("perceptron", 1);
    List<Map<String, INDArray>> seen = new ArrayList<>();
    TrainingListener asking =
        behind(
            model ->
                seen.add(
                    ((MultiLayerNetwork) model)
                        .calculateGradients(data.getFeatures(0), data.getLabels(0), null, null)
                        .getFirst()
                        .gradientForVariable()));
    MultiLayerNetwork network = (MultiLayerNetwork) SampleNetworks.of("perceptron", new Adam(0.01));
    network.setListeners(asking, sampler());
    SampleData.fit(network, data);
    network.setListeners(sampler(), asking);
    SampleData.fit(network, data);
    assertThat(seen).hasSize(2).allSatisfy(gradients -> assertThat(gradients).hasSize(10));
  }

  private static Model adam(String kind) {
    return SampleNetworks.of(kind, new Adam(0.01));
  }

  private static Model galore(String kind) {
    Model network = adam(kind);
    GaLore.bind(network, GaLoreUpdater.builder().rank(2).learningRate(0.01).build());
    return network;
  }

  private static OutlierWeighedLayerSampler sampler() {
    return OutlierWeighedLayerSampler.builder().schedule(interval -> List.of(2)).build();
  }

  /** An iteration that fails changes nothing: the network is as a fresh one of its kind. */
  private static void assertTrainsAsStock(Model network, Model stock, String kind) {
    listen(network);
    for (int step = 1; step < 4; step++) {
      SampleData.fit(network, SampleData.of(kind, step));
      SampleData.fit(stock, SampleData.of(kind, step));
      assertThat(network.params()).as("step %d", step).isEqualTo(stock.params());
    }
  }

  private static TrainingListener failing() {
    return new BaseTrainingListener() {
      @Override
      public void onGradientCalculation(Model model) {
        throw new IllegalStateException("a listener failed");
      }
    };
  }

  private static TrainingListener behind(Consumer<Model> action) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        action.accept(model);
      }
    };
  }

  private static void listen(Model network, TrainingListener... listeners) {
    if (network instanceof ComputationGraph graph) {
      graph.setListeners(listeners);
    } else {
      ((MultiLayerNetwork) network).setListeners(listeners);
    }
  }
}
