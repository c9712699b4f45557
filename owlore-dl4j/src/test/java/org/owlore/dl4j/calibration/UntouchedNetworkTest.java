package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Network;
import org.owlore.scoring.OutlierRatio;
import org.owlore.scoring.ScorableModel;

/** Scoring does not change the network by a single bit, wherever it happens. */
class UntouchedNetworkTest {

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("layers", (Supplier<Trained>) UntouchedNetworkTest::dense),
        Arguments.of("recurrent", (Supplier<Trained>) UntouchedNetworkTest::recurrent),
        Arguments.of("graph", (Supplier<Trained>) UntouchedNetworkTest::graph));
  }

  /** A network with a batch to train on. */
  private record Trained(Model model, DataSet data) {

    void fit(int steps) {
      for (int i = 0; i < steps; i++) {
        if (model instanceof MultiLayerNetwork network) {
          network.fit(data);
        } else {
          ((ComputationGraph) model).fit(data);
        }
      }
    }
  }

  private static NeuralNetConfiguration.Builder random() {
    return Networks.random(3)
        .updater(new Adam(0.01))
        .dropOut(0.7)
        .trainingWorkspaceMode(WorkspaceMode.ENABLED);
  }

  private static Trained dense() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            random()
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new DenseLayer.Builder().nOut(6).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).build())
                .setInputType(InputType.feedForward(4))
                .build());
    network.init();
    return new Trained(
        network, new DataSet(Networks.normal(1, 5, 4), Nd4j.ones(DataType.FLOAT, 5, 2).mul(0.5)));
  }

  private static Trained recurrent() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            random()
                .list()
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(new LSTM.Builder().nOut(6).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build())
                .setInputType(InputType.recurrent(4, 8, RNNFormat.NCW))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4)
                .build());
    network.init();
    return new Trained(network, sequences());
  }

  private static DataSet sequences() {
    INDArray mask = Nd4j.create(new float[][] {{1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 0, 0, 0}});
    return new DataSet(
        Networks.normal(1, 2, 4, 8), Nd4j.ones(DataType.FLOAT, 2, 2, 8).mul(0.5), mask, mask.dup());
  }

  private static Trained graph() {
    ComputationGraph graph =
        new ComputationGraph(
            random()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "attention",
                    new SelfAttentionLayer.Builder()
                        .nOut(4)
                        .nHeads(2)
                        .headSize(2)
                        .projectInput(true)
                        .build(),
                    "in")
                .addVertex(
                    "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "in", "attention")
                .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "sum")
                .addLayer(
                    "output",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build(),
                    "lstm")
                .setOutputs("output")
                .setInputTypes(InputType.recurrent(4, 8))
                .build());
    graph.init();
    return new Trained(graph, sequences());
  }

  /** Scores in the middle of each iteration. */
  private static final class Scoring extends BaseTrainingListener {
    private final DataSet data;
    private int scored;

    Scoring(DataSet data) {
      this.data = data;
    }

    @Override
    public void onForwardPass(Model model, java.util.List<INDArray> activations) {
      score(model);
    }

    @Override
    public void onForwardPass(Model model, java.util.Map<String, INDArray> activations) {
      score(model);
    }

    private void score(Model model) {
      new OutlierRatio(2).score(scorable(model, data));
      scored++;
    }
  }

  private static ScorableModel scorable(Model model, DataSet data) {
    INDArray mask = data.getFeaturesMaskArray();
    return Networks.scorable(
        Network.of(model),
        mask == null
            ? Networks.batch(data.getFeatures())
            : Networks.masked(data.getFeatures(), mask));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void trainingGoesOnAsIfNothingHadHappened(String name, Supplier<Trained> make) {
    Trained alone = make.get();
    Nd4j.getRandom().setSeed(11);
    alone.fit(3);
    Trained scored = make.get();
    Scoring listener = new Scoring(scored.data());
    listenTo(scored.model(), listener);
    Nd4j.getRandom().setSeed(11);
    scored.fit(3);

    assertThat(listener.scored).isGreaterThanOrEqualTo(3);
    assertThat(scored.model().params()).isEqualTo(alone.model().params());
    assertThat(bits(scored.model().params())).isEqualTo(bits(alone.model().params()));
    assertThat(bits(Network.of(scored.model()).updater().getStateViewArray()))
        .isEqualTo(bits(Network.of(alone.model()).updater().getStateViewArray()));
    assertThat(Network.of(scored.model()).iteration())
        .isEqualTo(Network.of(alone.model()).iteration());
  }

  private static void listenTo(Model model, Scoring listener) {
    if (model instanceof MultiLayerNetwork network) {
      network.setListeners(listener);
    } else {
      ((ComputationGraph) model).setListeners(listener);
    }
  }

  private static int[] bits(INDArray values) {
    return java.util.stream.IntStream.range(0, (int) values.length())
        .map(i -> Float.floatToRawIntBits(values.getFloat(i)))
        .toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void scoringDrawsNoRandomNumberAndChangesNoParameter(String name, Supplier<Trained> make) {
    Trained trained = make.get();
    int[] before = bits(trained.model().params());
    Nd4j.getRandom().setSeed(5);
    double expected = Nd4j.getRandom().nextDouble();
    Nd4j.getRandom().setSeed(5);

    new OutlierRatio(2).score(scorable(trained.model(), trained.data()));

    assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(expected);
    assertThat(bits(trained.model().params())).isEqualTo(before);
  }

  @Test
  void theStateBetweenTwoStepsOfARecurrentNetworkStays() {
    Trained trained = recurrent();
    MultiLayerNetwork network = (MultiLayerNetwork) trained.model();
    INDArray step = Networks.normal(2, 1, 4, 1);
    network.rnnTimeStep(step);
    INDArray expected = network.rnnTimeStep(step).dup();
    network.rnnClearPreviousState();
    network.rnnTimeStep(step);

    new OutlierRatio(2).score(scorable(network, trained.data()));

    assertThat(network.rnnTimeStep(step)).isEqualTo(expected);
  }

  @Test
  void theCalibrationDataStaysAsItIs() {
    MultiLayerNetwork network =
        Networks.layered(
            1,
            InputType.feedForward(4),
            new ActivationLayer(Activation.RELU),
            new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    INDArray features = Networks.normal(1, 3, 4);
    INDArray before = features.dup();
    ScorableModel model = Networks.scorable(Network.of(network), Networks.batch(features));

    double[] first = new OutlierRatio(1).score(model).toArray();

    assertThat(new OutlierRatio(1).score(model).toArray()).isEqualTo(first);
    assertThat(features).isEqualTo(before);
  }
}
