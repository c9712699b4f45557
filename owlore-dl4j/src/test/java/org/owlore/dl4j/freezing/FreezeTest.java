package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

class FreezeTest {
  private final MultiLayerNetwork network = SampleNetworks.perceptron(base());
  private final ComputationGraph graph = SampleNetworks.branching(base());

  @Test
  void nothingIsSubtractedFromFrozenLayersOfANetwork() {
    FreezeListener listener = FreezeListener.training(network, "layer1");
    step(network);
    assertThat(frozen(listener, "layer0", "layer3", "layer4", "layer5")).containsOnly(0);
  }

  @Test
  void nothingIsSubtractedFromFrozenLayersOfAGraph() {
    FreezeListener listener = FreezeListener.training(graph, "b");
    step(graph);
    assertThat(frozen(listener, "a", "c", "d", "first", "second")).containsOnly(0);
  }

  @Test
  void somethingIsSubtractedFromWhatTrains() {
    FreezeListener listener = FreezeListener.training(network, "layer1");
    step(network);
    assertThat(listener.subtracted("layer1"))
        .doesNotContain(Double.NaN)
        .isNotEqualTo(new double[72]);
  }

  @Test
  void theLayersOfANetworkAreItsOwnAfterEveryIteration() {
    List<Layer> own = List.of(network.getLayers());
    FreezeListener.training(network, "layer1");
    for (int iteration = 0; iteration < 3; iteration++) {
      step(network);
      assertThat(List.of(network.getLayers()))
          .usingElementComparator(FreezeTest::identity)
          .isEqualTo(own);
    }
  }

  @Test
  void theVerticesOfAGraphAreItsOwnAfterEveryIteration() {
    List<GraphVertex> own = List.of(graph.getVertices());
    FreezeListener.training(graph, "d");
    for (int iteration = 0; iteration < 3; iteration++) {
      step(graph);
      assertThat(List.of(graph.getVertices()))
          .usingElementComparator(FreezeTest::identity)
          .isEqualTo(own);
    }
  }

  @Test
  void theLayersInTheVerticesAreItsOwnAfterEveryIteration() {
    List<Layer> own = layersOfVertices();
    FreezeListener.training(graph, "a");
    for (int iteration = 0; iteration < 3; iteration++) {
      step(graph);
      assertThat(layersOfVertices()).usingElementComparator(FreezeTest::identity).isEqualTo(own);
    }
  }

  @Test
  void theLayersOfAGraphAreItsOwnAfterEveryIteration() {
    List<Layer> own = List.of(graph.getLayers());
    FreezeListener.training(graph, "a");
    step(graph);
    assertThat(List.of(graph.getLayers()))
        .usingElementComparator(FreezeTest::identity)
        .isEqualTo(own);
  }

  @Test
  void liftingLeavesTheNetworkAsItWasAfterABackwardPassThatFailed() {
    List<Layer> own = List.of(network.getLayers());
    FreezeListener listener = FreezeListener.training(network, "layer1");
    assertThatThrownBy(() -> network.fit(new DataSet(Nd4j.rand(4, 5), Nd4j.rand(4, 7))))
        .isInstanceOf(RuntimeException.class);
    listener.freeze().lift();
    assertThat(List.of(network.getLayers()))
        .usingElementComparator(FreezeTest::identity)
        .isEqualTo(own);
  }

  @Test
  void liftingLeavesAGraphAsItWasAfterABackwardPassThatFailed() {
    List<GraphVertex> own = List.of(graph.getVertices());
    FreezeListener listener = FreezeListener.training(graph, "d");
    MultiDataSet data = SampleData.of("branching", 1);
    data.setLabels(0, Nd4j.rand(4, 9));
    assertThatThrownBy(() -> graph.fit(data)).isInstanceOf(RuntimeException.class);
    listener.freeze().lift();
    assertThat(List.of(graph.getVertices()))
        .usingElementComparator(FreezeTest::identity)
        .isEqualTo(own);
  }

  @Test
  void liftingAFreezeThatNeverBeganChangesNothing() {
    List<Layer> own = List.of(network.getLayers());
    FreezeListener.training(network, "layer1").freeze().lift();
    assertThat(List.of(network.getLayers()))
        .usingElementComparator(FreezeTest::identity)
        .isEqualTo(own);
  }

  @Test
  void staysIntactWhileOthersTrain() {
    FreezeListener listener = FreezeListener.training(network, "layer1");
    step(network);
    assertThat(listener.freeze().isIntact()).isTrue();
  }

  @Test
  void isNoLongerIntactWhenAFrozenParameterChanges() {
    FreezeListener listener = FreezeListener.training(network, "layer1");
    network.getParam("0_b").putScalar(2, 7);
    assertThat(listener.freeze().isIntact()).isFalse();
  }

  private List<Layer> layersOfVertices() {
    return Stream.of(graph.getVertices())
        .map(GraphVertex::getLayer)
        .filter(layer -> layer != null)
        .toList();
  }

  private static double[] frozen(FreezeListener listener, String... layers) {
    return Stream.of(layers).map(listener::subtracted).flatMapToDouble(Arrays::stream).toArray();
  }

  private static int identity(Object one, Object other) {
    return one == other ? 0 : 1;
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .updater(new Adam(0.01))
        .constrainWeights(new MaxNormConstraint(0.5, 1));
  }

  private static void step(Model model) {
    SampleData.fit(
        model, SampleData.of(model instanceof ComputationGraph ? "branching" : "perceptron", 1));
  }
}
