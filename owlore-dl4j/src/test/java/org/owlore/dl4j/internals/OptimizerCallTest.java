package org.owlore.dl4j.internals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

/** Fails when a release of Deeplearning4j trains without its optimizers. */
class OptimizerCallTest {
  private final List<Boolean> told = new ArrayList<>();
  private final MultiDataSet batch = SampleData.of("perceptron", 1);

  @Test
  void fittingANetworkIsACallOfAnOptimizer() {
    SampleData.fit(listened(SampleNetworks.of("perceptron", new Sgd(0.1))), batch);
    assertThat(told).containsExactly(true);
  }

  @Test
  void fittingAGraphIsACallOfAnOptimizer() {
    SampleData.fit(
        listened(SampleNetworks.of("branching", new Sgd(0.1))), SampleData.of("branching", 1));
    assertThat(told).containsExactly(true);
  }

  @Test
  void askingForGradientsIsNone() {
    MultiLayerNetwork network =
        (MultiLayerNetwork) listened(SampleNetworks.of("perceptron", new Sgd(0.1)));
    network.setInput(batch.getFeatures(0));
    network.setLabels(batch.getLabels(0));
    network.computeGradientAndScore();
    assertThat(told).containsExactly(false);
  }

  private Model listened(Model network) {
    BaseTrainingListener listener =
        new BaseTrainingListener() {
          @Override
          public void onForwardPass(Model model, List<INDArray> activations) {
            told.add(OptimizerCall.inProgress());
          }

          @Override
          public void onForwardPass(Model model, Map<String, INDArray> activations) {
            told.add(OptimizerCall.inProgress());
          }
        };
    if (network instanceof ComputationGraph graph) {
      graph.setListeners(listener);
    } else {
      ((MultiLayerNetwork) network).setListeners(listener);
    }
    return network;
  }
}
