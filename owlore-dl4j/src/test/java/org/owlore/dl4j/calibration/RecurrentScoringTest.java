package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Network;
import org.owlore.scoring.BlockInfluence;
import org.owlore.scoring.ScorableModel;

class RecurrentScoringTest {
  private static final int EXAMPLES = 3;
  private static final int CHANNELS = 4;
  private static final int STEPS = 6;
  private static final int UNITS = 5;
  private static final int[] LENGTHS = {6, 2, 1};

  private final INDArray input = Networks.normal(1, EXAMPLES, CHANNELS, STEPS);
  private final INDArray mask = mask();

  private static INDArray mask() {
    INDArray mask = Nd4j.zeros(EXAMPLES, STEPS);
    for (int example = 0; example < EXAMPLES; example++) {
      mask.get(NDArrayIndex.point(example), NDArrayIndex.interval(0, LENGTHS[example])).assign(1);
    }
    return mask;
  }

  static Stream<Arguments> recurrent() {
    return Stream.of(
        Arguments.of("LSTM", new LSTM.Builder().nOut(UNITS).build(), false),
        Arguments.of("Graves", new GravesLSTM.Builder().nOut(UNITS).build(), false),
        Arguments.of("simple", simple(), false),
        Arguments.of("mask zero", new MaskZeroLayer(simple(), 0.0), false),
        Arguments.of("last step", new LastTimeStep(simple()), true));
  }

  private static SimpleRnn simple() {
    return new SimpleRnn.Builder().nOut(UNITS).activation(Activation.TANH).build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recurrent")
  void theInputAndTheOutputOfTheStepBeforeAreMultiplied(String name, Layer layer, boolean last) {
    MultiLayerNetwork network = network(RNNFormat.NCW, layer, last);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));

    assertThat(Energies.of(model, "layer0_W"))
        .containsExactly(energies(input, CHANNELS, 0), within(1e-4));
    INDArray output = last ? simulate(network, input, "", false) : output(network);
    assertThat(Energies.of(model, "layer0_RW"))
        .containsExactly(energies(output, UNITS, -1), within(1e-4));
  }

  private INDArray output(MultiLayerNetwork network) {
    return network.feedForward(input.dup()).get(1);
  }

  private static MultiLayerNetwork network(RNNFormat format, Layer layer, boolean last) {
    return Networks.layered(
        3,
        InputType.recurrent(CHANNELS, STEPS, format),
        layer,
        last
            ? new OutputLayer.Builder(LossFunction.MCXENT).nOut(2).build()
            : new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
  }

  /** Squares of the steps that count, or of those before or behind them. */
  private static double[] energies(INDArray values, int channels, int shift) {
    double[] sums = new double[channels];
    for (int example = 0; example < EXAMPLES; example++) {
      for (int step = 0; step < LENGTHS[example]; step++) {
        int seen = step + shift;
        for (int channel = 0; seen >= 0 && seen < STEPS && channel < channels; channel++) {
          sums[channel] += Math.pow(values.getDouble(example, channel, seen), 2);
        }
      }
    }
    return sums;
  }

  /** A simple recurrent layer in loops; DL4J has it forget its state in padding. */
  private static INDArray simulate(
      MultiLayerNetwork network, INDArray input, String direction, boolean backward) {
    INDArray weights = network.getLayer(0).getParam(direction + "W");
    INDArray recurrent = network.getLayer(0).getParam(direction + "RW");
    INDArray bias = network.getLayer(0).getParam(direction + "b");
    INDArray output = Nd4j.zeros(EXAMPLES, UNITS, STEPS);
    for (int example = 0; example < EXAMPLES; example++) {
      double[] state = new double[UNITS];
      for (int i = 0; i < STEPS; i++) {
        int step = backward ? STEPS - 1 - i : i;
        double[] next = new double[UNITS];
        for (int unit = 0; unit < UNITS; unit++) {
          double sum = bias.getDouble(unit);
          for (int channel = 0; channel < CHANNELS; channel++) {
            sum += input.getDouble(example, channel, step) * weights.getDouble(channel, unit);
          }
          for (int other = 0; other < UNITS; other++) {
            sum += state[other] * recurrent.getDouble(other, unit);
          }
          next[unit] = step < LENGTHS[example] ? Math.tanh(sum) : 0;
          output.putScalar(example, unit, step, next[unit]);
        }
        state = next;
      }
    }
    return output;
  }

  @Test
  void bothDirectionsAreKnownWhenTheirOutputsAreJoined() {
    MultiLayerNetwork network =
        network(RNNFormat.NCW, new Bidirectional(Bidirectional.Mode.CONCAT, simple()), false);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));

    assertThat(Energies.of(model, "layer0_bW"))
        .containsExactly(energies(input, CHANNELS, 0), within(1e-4));
    assertThat(Energies.of(model, "layer0_fRW"))
        .containsExactly(energies(simulate(network, input, "f", false), UNITS, -1), within(1e-4));
    assertThat(Energies.of(model, "layer0_bRW"))
        .containsExactly(energies(simulate(network, input, "b", true), UNITS, 1), within(1e-4));
  }

  @Test
  void bothDirectionsAreKnownWhenOnlyTheirLastStepIsHandedOn() {
    MultiLayerNetwork network =
        network(
            RNNFormat.NCW,
            new LastTimeStep(new Bidirectional(Bidirectional.Mode.CONCAT, simple())),
            true);
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));

    assertThat(Energies.of(model, "layer0_fW"))
        .containsExactly(energies(input, CHANNELS, 0), within(1e-4));
    assertThat(Energies.of(model, "layer0_bRW"))
        .containsExactly(energies(simulate(network, input, "b", true), UNITS, 1), within(1e-4));
  }

  @Test
  void ofDirectionsThatAreAddedOnlyTheInputIsKnown() {
    Layer added = new Bidirectional(Bidirectional.Mode.ADD, simple());
    Layer graves = new GravesBidirectionalLSTM.Builder().nOut(UNITS).build();

    assertThat(linears(added)).containsExactly("layer0_fW", "layer0_bW");
    assertThat(linears(graves)).containsExactly("layer0_WF", "layer0_WB");
  }

  private List<String> linears(Layer layer) {
    Network network = Network.of(network(RNNFormat.NCW, layer, false));
    return Networks.scorable(network, Networks.masked(input, mask))
        .layers()
        .layers()
        .get(0)
        .linears()
        .stream()
        .map(org.owlore.graph.LinearWeight::name)
        .toList();
  }

  @Test
  void peepholesAreLeftOut() {
    MultiLayerNetwork network =
        network(RNNFormat.NCW, new GravesLSTM.Builder().nOut(UNITS).build(), false);
    INDArray weight =
        Networks.scorable(Network.of(network), Networks.batch(input)).weights().weight("layer0_RW");
    assertThat(weight)
        .isEqualTo(
            network
                .getLayer(0)
                .getParam("RW")
                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, 4 * UNITS)));
  }

  @Test
  void channelsMayBeLast() {
    LSTM layer = new LSTM.Builder().nOut(UNITS).dataFormat(RNNFormat.NWC).build();
    MultiLayerNetwork network = network(RNNFormat.NWC, layer, false);
    INDArray turned = input.permute(0, 2, 1).dup('c');
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(turned, mask));

    assertThat(Energies.of(model, "layer0_W"))
        .containsExactly(energies(input, CHANNELS, 0), within(1e-4));
    INDArray output = network.feedForward(turned.dup()).get(1).permute(0, 2, 1);
    assertThat(Energies.of(model, "layer0_RW"))
        .containsExactly(energies(output, UNITS, -1), within(1e-4));
    assertThat(Energies.of(model, "layer1_W"))
        .containsExactly(energies(output, UNITS, 0), within(1e-4));
  }

  @Test
  void paddingDoesNotCountInADenseLayerBetweenRecurrentOnes() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.recurrent(CHANNELS, STEPS, RNNFormat.NCW),
            new TimeDistributed(new DenseLayer.Builder().nOut(UNITS).build()),
            new DenseLayer.Builder().nOut(UNITS).build(),
            simple(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(input, mask));
    network.setLayerMaskArrays(mask, null);
    INDArray first = network.feedForward(input.dup()).get(1).dup();
    network.clearLayerMaskArrays();

    assertThat(Energies.of(model, "layer0_W"))
        .containsExactly(energies(input, CHANNELS, 0), within(1e-4));
    assertThat(Energies.of(model, "layer1_W"))
        .containsExactly(energies(first, UNITS, 0), within(1e-4));
  }

  @Test
  void aBlockFromADenseToARecurrentLayerComparesTheSameSteps() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.recurrent(UNITS, STEPS, RNNFormat.NCW),
            new DenseLayer.Builder().nOut(UNITS).build(),
            simple(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    INDArray features = Networks.normal(4, EXAMPLES, UNITS, STEPS);
    Network seen = Network.of(network);
    ScorableModel model =
        ScorableNetwork.of(
            seen,
            List.of(new org.owlore.dl4j.network.Block(0, seen.layers().subList(0, 2))),
            new Batches(Networks.masked(features, mask)));
    INDArray output = network.feedForward(features.dup()).get(2);
    double expected = 0;
    for (int example = 0; example < EXAMPLES; example++) {
      for (int step = 0; step < LENGTHS[example]; step++) {
        double dot = 0;
        double before = 0;
        double after = 0;
        for (int unit = 0; unit < UNITS; unit++) {
          double x = features.getDouble(example, unit, step);
          double y = output.getDouble(example, unit, step);
          dot += x * y;
          before += x * x;
          after += y * y;
        }
        expected += (1 - dot / Math.sqrt(before * after)) / 9;
      }
    }
    assertThat(new BlockInfluence().score(model).toArray())
        .containsExactly(new double[] {expected}, within(1e-5));
  }

  @Test
  void aRowOfAnEmbeddingWeighsByHowOftenItsTokenOccurs() {
    MultiLayerNetwork network =
        Networks.layered(
            3,
            InputType.recurrent(6, 4, RNNFormat.NCW),
            new EmbeddingSequenceLayer.Builder().nIn(6).nOut(3).inputLength(4).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(2).build());
    INDArray tokens = Nd4j.create(new double[][] {{1, 5, 5, 0}, {2, 5, 1, 1}}).reshape(2, 1, 4);
    INDArray padding = Nd4j.create(new double[][] {{1, 1, 1, 0}, {1, 1, 1, 1}});
    ScorableModel model = Networks.scorable(Network.of(network), Networks.masked(tokens, padding));

    assertThat(Energies.of(model, "layer0_W")).containsExactly(0, 3, 1, 0, 0, 3);
  }
}
