package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.testing.CountingTanh;
import org.owlore.dl4j.testing.SampleData;

/** Left and right branch are added; the right one is merged in again; the left has an output. */
class GraphBackwardPassTest {
  private final ComputationGraph graph = graph();

  @Test
  void endsBelowTheLowestTrainedVertex() {
    FreezeListener.training(graph, "top", "first", "second");
    graph.fit(batch());
    assertThat(backwardPasses()).isEqualTo(Map.of("left", 0, "right", 0, "middle", 0, "top", 1));
  }

  @Test
  void entersNoBranchInWhichNothingTrains() {
    FreezeListener.training(graph, "right");
    graph.fit(batch());
    assertThat(backwardPasses()).isEqualTo(Map.of("left", 0, "right", 1, "middle", 1, "top", 1));
  }

  @Test
  void endsAtOnceWhereNothingTrains() {
    FreezeListener.training(graph);
    graph.fit(batch());
    assertThat(backwardPasses().values()).containsOnly(0);
  }

  @Test
  void computesNoGradientsOfDenseLayersThatItPasses() {
    FreezeListener listener = FreezeListener.training(graph, "left", "first", "second");
    graph.fit(batch());
    assertThat(listener.computed()).containsExactlyInAnyOrder("left", "first", "second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"left", "right", "middle", "top", "first", "second", "none"})
  void everyOutputReportsItsLossWhateverTrains(String trained) {
    ComputationGraph stock = graph();
    stock.fit(batch());
    FreezeListener.training(graph, trained);
    graph.fit(batch());
    assertThat(graph.score()).isEqualTo(stock.score());
  }

  @ParameterizedTest
  @ValueSource(strings = {"left", "right", "middle", "top", "first", "second"})
  void whatTrainsGetsTheGradientOfStockTraining(String trained) {
    ComputationGraph stock = graph();
    FreezeListener all =
        FreezeListener.training(stock, "left", "right", "middle", "top", "first", "second");
    stock.fit(batch());
    FreezeListener one = FreezeListener.training(graph, trained);
    graph.fit(batch());
    assertThat(one.subtracted(trained)).isEqualTo(all.subtracted(trained));
  }

  private Map<String, Integer> backwardPasses() {
    return Stream.of("left", "right", "middle", "top")
        .collect(
            Collectors.toMap(
                name -> name, name -> CountingTanh.backwardPassesOf(graph.getLayer(name))));
  }

  private static MultiDataSet batch() {
    return SampleData.of("branching", 3);
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .l2(0.01)
                .graphBuilder()
                .addInputs("one", "two")
                .setInputTypes(InputType.feedForward(4), InputType.feedForward(3))
                .addLayer("left", dense(), "one")
                .addLayer("right", dense(), "two")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
                .addLayer("middle", dense(), "sum")
                .addVertex("merged", new MergeVertex(), "middle", "right")
                .addLayer("top", dense(), "merged")
                .addLayer("first", output(3), "top")
                .addLayer("second", output(2), "left")
                .setOutputs("first", "second")
                .build());
    graph.init();
    return graph;
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(5).activation(new CountingTanh()).build();
  }

  private static OutputLayer output(int size) {
    return new OutputLayer.Builder(LossFunction.MSE).nOut(size).build();
  }
}
