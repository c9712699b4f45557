package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.scoring.BlockInfluence;
import org.owlore.scoring.HillAlpha;
import org.owlore.scoring.OutlierRatio;
import org.owlore.scoring.RelativeMagnitude;
import org.owlore.scoring.ScorableModel;
import org.owlore.scoring.WeightNorm;

class ScorableNetworkTest {

  private static MultiLayerNetwork network() {
    return Networks.layered(
        1,
        InputType.feedForward(4),
        new DenseLayer.Builder().nOut(5).build(),
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
  }

  /** x + f(x) with two layers in f, then another branch from a second input joins. */
  private static ComputationGraph residual() {
    ComputationGraph graph =
        new ComputationGraph(
            Networks.random(2)
                .graphBuilder()
                .addInputs("main", "side")
                .addLayer("up", new DenseLayer.Builder().nIn(4).nOut(6).build(), "main")
                .addLayer("down", new DenseLayer.Builder().nIn(6).nOut(4).build(), "up")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "main", "down")
                .addLayer("other", new DenseLayer.Builder().nIn(3).nOut(4).build(), "side")
                .addVertex(
                    "joined", new ElementWiseVertex(ElementWiseVertex.Op.Add), "sum", "other")
                .addVertex("both", new MergeVertex(), "joined", "other")
                .addLayer(
                    "output",
                    new OutputLayer.Builder(LossFunction.MCXENT).nIn(8).nOut(2).build(),
                    "both")
                .setOutputs("output")
                .build());
    graph.init();
    return graph;
  }

  private final INDArray main = Networks.normal(1, 3, 4);
  private final INDArray side = Networks.normal(2, 3, 3);

  private ScorableModel scorable(ComputationGraph graph, List<NetworkLayer> block) {
    return ScorableNetwork.of(
        Network.of(graph), List.of(new Block(0, block)), new Batches(Networks.batch(main, side)));
  }

  @Test
  void aResidualAdditionBehindABlockBelongsToIt() {
    ComputationGraph graph = residual();
    List<NetworkLayer> layers = layers(graph, "up", "down");
    INDArray sum = graph.feedForward(new INDArray[] {main.dup(), side.dup()}, false).get("sum");
    double expected = 0;
    for (int row = 0; row < 3; row++) {
      INDArray after = sum.getRow(row);
      INDArray added = after.sub(main.getRow(row));
      expected += added.norm2Number().doubleValue() / after.norm2Number().doubleValue() / 3;
    }

    assertThat(new RelativeMagnitude().score(scorable(graph, layers)).toArray())
        .containsExactly(new double[] {expected}, within(1e-5));
  }

  private static List<NetworkLayer> layers(ComputationGraph graph, String... names) {
    return Network.of(graph).layers().stream()
        .filter(layer -> List.of(names).contains(layer.name()))
        .toList();
  }

  @Test
  void everyInputOfAGraphReachesItsLayers() {
    ComputationGraph graph = residual();
    ScorableModel model = Networks.scorable(Network.of(graph), Networks.batch(main, side));

    assertThat(Energies.of(model, "up_W"))
        .containsExactly(main.mul(main).sum(0).toDoubleVector(), within(1e-4));
    assertThat(Energies.of(model, "other_W"))
        .containsExactly(side.mul(side).sum(0).toDoubleVector(), within(1e-4));
    INDArray both = graph.feedForward(new INDArray[] {main.dup(), side.dup()}, false).get("both");
    assertThat(Energies.of(model, "output_W"))
        .containsExactly(both.mul(both).sum(0).toDoubleVector(), within(1e-4));
  }

  @Test
  void paddingIsKnownThroughoutAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            Networks.random(2)
                .graphBuilder()
                .addInputs("in")
                .addLayer("dense", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "dense")
                .addLayer(
                    "output",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build(),
                    "lstm")
                .setOutputs("output")
                .setInputTypes(InputType.recurrent(4, 3, RNNFormat.NCW))
                .build());
    graph.init();
    INDArray input = Networks.normal(1, 2, 4, 3);
    INDArray mask = Nd4j.create(new float[][] {{1, 0, 0}, {1, 1, 0}});
    ScorableModel model = Networks.scorable(Network.of(graph), Networks.masked(input, mask));
    INDArray output = graph.feedForward(new INDArray[] {input.dup()}, false).get("lstm");

    assertThat(Energies.of(model, "dense_W")).containsExactly(energies(input, mask), within(1e-4));
    assertThat(Energies.of(model, "output_W"))
        .containsExactly(energies(output, mask), within(1e-4));
  }

  private static double[] energies(INDArray values, INDArray mask) {
    double[] sums = new double[(int) values.size(1)];
    for (int example = 0; example < values.size(0); example++) {
      for (int step = 0; step < values.size(2); step++) {
        for (int channel = 0; channel < sums.length; channel++) {
          sums[channel] +=
              mask.getDouble(example, step) * Math.pow(values.getDouble(example, channel, step), 2);
        }
      }
    }
    return sums;
  }

  @Test
  void theMaskOfOneBatchIsNotUsedForTheNext() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.recurrent(4, 3, RNNFormat.NCW),
            new LSTM.Builder().nOut(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    INDArray input = Networks.normal(1, 2, 4, 3);
    INDArray mask = Nd4j.create(new float[][] {{1, 0, 0}, {1, 1, 0}});
    ScorableModel model =
        Networks.scorable(Network.of(network), Networks.masked(input, mask), Networks.batch(input));
    double[] expected = energies(input, mask.add(1));

    assertThat(Energies.of(model, "layer0_W")).containsExactly(expected, within(1e-4));
  }

  @Test
  void aBlockOfWhichNothingIsKnownIsScoredByItsWeightsOnly() {
    MultiLayerNetwork network =
        Networks.layered(
            1,
            InputType.convolutional(5, 5, 4),
            new LocallyConnected2D.Builder().kernelSize(2, 2).nOut(6).build(),
            new GlobalPoolingLayer.Builder().build(),
            new OutputLayer.Builder(LossFunction.MCXENT).nOut(5).build());
    ScorableModel model =
        Networks.scorable(Network.of(network), Networks.batch(Networks.normal(1, 2, 4, 5, 5)));

    assertThat(new WeightNorm().score(model).scores().get(0))
        .isCloseTo(network.getLayer(0).getParam("W").norm2Number().doubleValue(), within(1e-5));
    assertThatCode(() -> new HillAlpha().score(model)).doesNotThrowAnyException();
    assertThatThrownBy(() -> new OutlierRatio(2).score(model))
        .hasMessage(
            "It is not known what the matrices of block 0 (layer0) multiply, so their activations cannot be scored: choose a metric that needs none (weight norm, Hill alpha), or give a distribution instead.");
  }

  @Test
  void aBlockThatChangesTheShapeHasNoInfluence() {
    ScorableModel model = Networks.scorable(Network.of(network()), Networks.batch(main));
    assertThatThrownBy(() -> new BlockInfluence().score(model))
        .hasMessage(
            "Layer 0 has input [3, 4] but output [3, 5]: both must be the residual stream.");
  }

  @Test
  void withoutBatchesThereIsNothingToScoreWith() {
    ScorableModel model = Networks.scorable(Network.of(network()));
    assertThatThrownBy(() -> new OutlierRatio(2).score(model))
        .hasMessage("The calibration data has no batches: give at least one batch of features.");
  }

  @Test
  void aBatchOfAnotherShapeIsRefusedInOneSentence() {
    ScorableModel model =
        Networks.scorable(Network.of(network()), Networks.batch(Networks.normal(1, 3, 7)));
    assertThatThrownBy(() -> new OutlierRatio(2).score(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The network cannot compute a calibration batch with features of shape [3, 7]: give batches as it is trained with. DL4J says: ")
        .hasCauseInstanceOf(RuntimeException.class);
  }

  @Test
  void aMaskThatDoesNotFitIsRefused() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.recurrent(4, 3, RNNFormat.NCW),
            new LSTM.Builder().nOut(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    ScorableModel model =
        Networks.scorable(
            Network.of(network), Networks.masked(Networks.normal(1, 2, 4, 3), Nd4j.ones(2, 2)));
    assertThatThrownBy(() -> new OutlierRatio(2).score(model))
        .hasMessage(
            "A mask of shape [2, 2] does not fit activations with examples and steps [2, 3]: give masks of shape [examples, steps], as DL4J takes them.");
  }

  @Test
  void dataThatCannotBeResetServesOneMetric() {
    Network network = Network.of(network());
    MultiDataSet[] data = {Networks.batch(main)};
    ScorableModel model =
        ScorableNetwork.of(network, Networks.blocks(network), new Batches(data, false));
    assertThatCode(() -> new OutlierRatio(2).score(model)).doesNotThrowAnyException();
    assertThatThrownBy(() -> new OutlierRatio(2).score(model))
        .hasMessage(
            "The calibration data has been read and cannot be reset, so a second pass would see nothing: give an iterator that can be reset.");
  }

  @Test
  void anUnknownWeightIsRefused() {
    ScorableModel model = Networks.scorable(Network.of(network()), Networks.batch(main));
    assertThatThrownBy(() -> model.weights().weight("layer0_b"))
        .hasMessage("There is no linear weight \"layer0_b\" in the blocks of the network.");
  }

  @Test
  void withoutBlocksThereIsNothingToScore() {
    assertThatThrownBy(() -> ScorableNetwork.of(Network.of(network()), List.of(), new Batches()))
        .hasMessage("The model has no layers to score.");
  }
}
