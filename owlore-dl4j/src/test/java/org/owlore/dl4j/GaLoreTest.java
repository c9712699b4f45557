package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryType;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.lowrank.LayerGaLore;
import org.owlore.dl4j.lowrank.Samples;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.network.Network;
import org.owlore.galore.GaLoreUpdater;

class GaLoreTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).refreshInterval(3).learningRate(0.01).build();

  private static NeuralNetConfiguration.Builder base() {
    return Samples.base(DataType.FLOAT, new Adam());
  }

  private static List<UpdaterBlock> blocks(Model network) {
    return Network.of(network).updater().getUpdaterBlocks();
  }

  private static long stateLength(Model network) {
    return Network.of(network).updater().getStateViewArray().length();
  }

  @Test
  void eachLayerIsOneBlock() {
    for (Model network :
        List.of(
            Samples.network(Samples.dense(base())),
            Samples.network(Samples.recurrent(base())),
            Samples.network(Samples.branching(base())),
            Samples.network(Samples.attention(base())))) {
      GaLore.bind(network, SETTINGS);
      assertThat(blocks(network)).hasSameSizeAs(Network.of(network).layers());
    }
  }

  @Test
  void aNetworkHoldsExactlyTheLowRankState() {
    MultiLayerNetwork network = Samples.network(Samples.dense(base()));
    GaLore.bind(network, SETTINGS);
    long matrices = (6 * 3 + 2 * 12 * 3) + (5 * 3 + 2 * 12 * 3) + (5 * 3 + 2 * 5 * 3);
    long plain = 2 * (12 + 5 + 5 + 5 * 3 + 3);
    assertThat(stateLength(network)).isEqualTo(matrices + plain + 8);
  }

  @Test
  void statisticsOfBatchNormalisationHaveNoState() {
    MultiLayerNetwork network = Samples.network(Samples.convolutional(base()));
    GaLore.bind(network, SETTINGS);
    LayerGaLore norm = updater(network, 1);
    assertThat(norm.getParameters()).extracting("key").containsExactly("gamma", "beta");
    assertThat(blocks(network)).hasSize(Network.of(network).layers().size() + 1);
  }

  @Test
  void kernelsActAsMatrices() {
    MultiLayerNetwork network = Samples.network(Samples.convolutional(base()));
    GaLore.bind(network, SETTINGS);
    assertThat(updater(network, 0).getParameters().toString()).isEqualTo("[b [1, 5], W [5, 18]]");
    assertThat(updater(network, 2).getParameters().toString())
        .isEqualTo("[b [1, 4], W [1, 60], pW [4, 15]]");
  }

  private static LayerGaLore updater(MultiLayerNetwork network, int layer) {
    return (LayerGaLore)
        network
            .getLayer(layer)
            .getConfig()
            .getUpdaterByParam(network.getLayer(layer).paramTable().keySet().iterator().next());
  }

  @Test
  void anUpdaterNamesItsLayerAndItsMatrices() {
    MultiLayerNetwork network = Samples.network(Samples.dense(base()));
    GaLore.bind(network, SETTINGS);
    assertThat(updater(network, 1))
        .hasToString("GaLore of layer \"narrow\" [W [12, 5], b [1, 5]] with " + SETTINGS);
  }

  @Test
  void aConfigurationGivesTheNetworkThatBindingItGives() {
    List<Function<NeuralNetConfiguration.Builder, MultiLayerConfiguration>> samples =
        List.of(
            Samples::dense,
            Samples::convolutional,
            Samples::recurrent,
            Samples::wrapped,
            Samples::embedding);
    for (Function<NeuralNetConfiguration.Builder, MultiLayerConfiguration> sample : samples) {
      MultiLayerNetwork bound = Samples.network(sample.apply(base()));
      GaLore.bind(bound, SETTINGS);
      MultiLayerConfiguration configuration = sample.apply(base());
      GaLore.configure(configuration, SETTINGS);
      MultiLayerNetwork made = Samples.network(configuration);
      assertThat(made.getLayerWiseConfigurations()).isEqualTo(bound.getLayerWiseConfigurations());
      assertThat(made.params()).isEqualTo(bound.params());
    }
  }

  @Test
  void aConfigurationGivesTheGraphThatBindingItGives() {
    List<Function<NeuralNetConfiguration.Builder, ComputationGraphConfiguration>> samples =
        List.of(Samples::branching, Samples::attention);
    for (Function<NeuralNetConfiguration.Builder, ComputationGraphConfiguration> sample : samples) {
      ComputationGraph bound = Samples.network(sample.apply(base()));
      GaLore.bind(bound, SETTINGS);
      ComputationGraphConfiguration configuration = sample.apply(base());
      GaLore.configure(configuration, SETTINGS);
      ComputationGraph made = Samples.network(configuration);
      assertThat(made.getConfiguration()).isEqualTo(bound.getConfiguration());
      assertThat(made.params()).isEqualTo(bound.params());
    }
  }

  @Test
  void configuringDrawsNoRandomNumbers() {
    Nd4j.getRandom().setSeed(5);
    double expected = Nd4j.getRandom().nextDouble();
    MultiLayerConfiguration configuration = Samples.dense(base());
    Nd4j.getRandom().setSeed(5);
    GaLore.configure(configuration, SETTINGS);
    assertThat(Nd4j.getRandom().nextDouble()).isEqualTo(expected);
  }

  @Test
  void bindingAgainStartsAfresh() {
    MultiLayerNetwork network = Samples.network(Samples.dense(base()));
    GaLore.bind(network, SETTINGS);
    network.fit(Samples.rows(DataType.FLOAT, 1, 1).get(0));
    assertThat(network.updaterState().sumNumber().doubleValue()).isNotZero();
    GaLore.bind(network, SETTINGS);
    assertThat(network.updaterState().toFloatVector()).containsOnly(0f);
  }

  @Test
  void whatHasTheUpdaterNoOpKeepsIt() {
    MultiLayerNetwork network =
        Samples.network(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(8).updater(new NoOp()).build())
                .layer(new DenseLayer.Builder().nIn(8).nOut(8).biasUpdater(new NoOp()).build())
                .layer(new DenseLayer.Builder().nIn(8).nOut(8).biasUpdater(new Sgd(1)).build())
                .layer(new OutputLayer.Builder().nIn(8).nOut(3).build())
                .build());
    GaLore.bind(network, SETTINGS);
    network.fit(Samples.rows(DataType.FLOAT, 1, 1).get(0));
    assertThat(network.getLayer(0).getConfig().getUpdaterByParam("W")).isEqualTo(new NoOp());
    assertThat(network.getLayer(1).getConfig().getUpdaterByParam("b")).isEqualTo(new NoOp());
    assertThat(updater(network, 1).getParameters()).extracting("key").containsExactly("W");
    assertThat(updater(network, 2).getParameters()).extracting("key").containsExactly("W", "b");
  }

  @Test
  void layersThatDl4jFrozeAreLeftAlone() {
    MultiLayerNetwork network =
        Samples.network(
            base()
                .list()
                .layer(
                    new FrozenLayerWithBackprop(
                        new DenseLayer.Builder().nIn(6).nOut(8).updater(new Sgd(1)).build()))
                .layer(new OutputLayer.Builder().nIn(8).nOut(3).build())
                .build());
    GaLore.bind(network, SETTINGS);
    INDArray first = network.getLayer(0).params().dup();
    network.fit(Samples.rows(DataType.FLOAT, 1, 1).get(0));
    assertThat(network.getLayer(0).params()).isEqualTo(first);
  }

  @Test
  void anUnknownLayerIsRefused() {
    MultiLayerNetwork network = Samples.network(Samples.dense(base()));
    BaseMultiLayerUpdater<?> updater = new LayeredNetwork(network).updater();
    assertThatThrownBy(() -> GaLore.bind(network, SETTINGS, "output", "stem", "head"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There are no trained layers [head, stem] that could stay without projection: the network has [layer0, narrow, layer2, output].");
    assertThat(network.getUpdater()).isSameAs(updater);
  }

  @Test
  void aNetworkThatIsNotInitializedIsRefused() {
    assertThatThrownBy(() -> GaLore.bind(new MultiLayerNetwork(Samples.dense(base())), SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The MultiLayerNetwork has no parameters yet: call init() first, or GaLore.configure(configuration, settings) instead.");
    assertThatThrownBy(() -> GaLore.bind(new ComputationGraph(Samples.branching(base())), SETTINGS))
        .hasMessageStartingWith("The ComputationGraph has no parameters yet");
  }

  @Test
  void anotherModelIsRefused() {
    MultiLayerNetwork network = Samples.network(Samples.dense(base()));
    assertThatThrownBy(() -> GaLore.bind(network.getLayer(0), SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "GaLore cannot train a DenseLayer by itself: give the MultiLayerNetwork or ComputationGraph.");
  }

  @Test
  void sixteenBitNetworksAreRefused() {
    MultiLayerConfiguration half = Samples.dense(Samples.base(DataType.HALF, new Adam()));
    assertThatThrownBy(() -> GaLore.configure(half, SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "GaLore's state lies in an array of the network's type, and HALF is too coarse for it: make the network FLOAT or DOUBLE.");
  }

  @Test
  void layersThatAreOneObjectAreRefused() {
    DenseLayer shared = new DenseLayer.Builder().nIn(6).nOut(6).name("shared").build();
    MultiLayerConfiguration configuration =
        base()
            .list()
            .layer(shared)
            .layer(shared)
            .layer(new OutputLayer.Builder().nIn(6).nOut(3).build())
            .build();
    assertThatThrownBy(() -> GaLore.bind(Samples.network(configuration), SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layers \"0\" and \"1\" are one and the same configuration object: give each of them its own, e.g. by clone().");
  }

  @Test
  void layersForPretrainingAreRefused() {
    MultiLayerConfiguration autoencoder =
        base()
            .list()
            .layer(new AutoEncoder.Builder().nIn(6).nOut(5).name("coder").build())
            .layer(new OutputLayer.Builder().nIn(5).nOut(3).build())
            .build();
    assertThatThrownBy(() -> GaLore.configure(autoencoder, SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer \"coder\" has a parameter that only layerwise pretraining trains (vb), which GaLore does not do: replace it by a layer without pretraining, e.g. a DenseLayer.");
    MultiLayerConfiguration variational =
        base()
            .list()
            .layer(
                new VariationalAutoencoder.Builder()
                    .nIn(6)
                    .nOut(5)
                    .encoderLayerSizes(4)
                    .decoderLayerSizes(4)
                    .name("coder")
                    .build())
            .layer(new OutputLayer.Builder().nIn(5).nOut(3).build())
            .setInputType(InputType.feedForward(6))
            .build();
    assertThatThrownBy(() -> GaLore.configure(variational, SETTINGS))
        .hasMessageStartingWith("Layer \"coder\" has a parameter that only layerwise pretraining");
  }

  @Test
  void settingsThatAreNotBoundAreRefusedByTheFirstStep() {
    MultiLayerNetwork network =
        Samples.network(Samples.dense(Samples.base(DataType.FLOAT, SETTINGS)));
    assertThatThrownBy(() -> network.fit(Samples.rows(DataType.FLOAT, 1, 1).get(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("with GaLore.bind(network, settings) of owlore-dl4j");
  }

  @Test
  void trainedParametersThatDoNotLieTogetherAreRefused() {
    LSTM fixedBias = new LSTM.Builder().nOut(4).biasUpdater(new NoOp()).build();
    MultiLayerConfiguration configuration =
        base()
            .list()
            .layer(new Bidirectional(fixedBias))
            .layer(new RnnOutputLayer.Builder().nOut(3).build())
            .setInputType(InputType.recurrent(4, 7))
            .build();
    assertThatThrownBy(() -> GaLore.configure(configuration, SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The trained parameters [fW, fRW, bW, bRW] of layer \"layer0\" do not lie together among [fW, fRW, fb, bW, bRW, bb]: give none of its biases the updater NoOp.");
  }

  @Test
  void aMemoryReportCountsTheLowRankState() {
    MultiLayerConfiguration configuration = Samples.dense(base());
    GaLore.configure(configuration, SETTINGS);
    MemoryReport report = configuration.getMemoryReport(InputType.feedForward(6));
    MemoryReport stock = Samples.dense(base()).getMemoryReport(InputType.feedForward(6));
    assertThat(report.getMemoryBytes(MemoryType.UPDATER_STATE, 4, MemoryUseMode.TRAINING, null))
        .isPositive()
        .isLessThan(
            stock.getMemoryBytes(MemoryType.UPDATER_STATE, 4, MemoryUseMode.TRAINING, null));
  }

  @Test
  void aLayerWithOneOutputTrains() {
    MultiLayerNetwork network =
        Samples.network(
            base()
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(5).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(5)
                        .nOut(1)
                        .build())
                .build());
    GaLore.bind(network, SETTINGS);
    INDArray before = network.getLayer(1).params().dup();
    network.fit(Nd4j.rand(DataType.FLOAT, 4, 6), Nd4j.rand(DataType.FLOAT, 4, 1));
    // The first step of Adam has the length of the learning rate in each direction.
    assertThat(network.getLayer(1).params().sub(before).norm1Number().doubleValue())
        .isCloseTo(6 * 0.01, Offset.offset(1e-3));
  }

  @Test
  void trainingLowersTheLoss() {
    DataSet batch = Samples.images(DataType.FLOAT, 1, 1).get(0);
    MultiLayerNetwork network = Samples.network(Samples.convolutional(base()));
    GaLore.bind(network, SETTINGS);
    double before = network.score(batch);
    for (int step = 0; step < 20; step++) {
      network.fit(batch);
    }
    assertThat(network.score(batch)).isLessThan(before / 2);
  }
}
