package org.owlore.dl4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.network.Block;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;
import org.owlore.scoring.BlockInfluence;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.OutlierRatio;
import org.owlore.scoring.RelativeMagnitude;
import org.owlore.scoring.ScorableModel;

class DenseScoringTest {

  private static MultiLayerNetwork network(long seed) {
    return Networks.layered(
        seed,
        InputType.feedForward(6),
        dense(8),
        dense(8),
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build());
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.TANH).build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theOutlierRatioIsWhatANaiveCountOfEachLayerFinds(long seed) {
    MultiLayerNetwork network = network(seed);
    INDArray first = Networks.normal(seed, 5, 6);
    INDArray second = Networks.normal(-seed, 1, 6);
    ScorableModel model =
        Networks.scorable(Network.of(network), Networks.batch(first), Networks.batch(second));
    double tau = 1.5;

    double[] scores = new OutlierRatio(tau).score(model).toArray();

    for (int layer = 0; layer < 3; layer++) {
      INDArray weights = network.getLayer(layer).getParam("W");
      double[] energies = new double[(int) weights.rows()];
      for (INDArray batch : List.of(first, second)) {
        INDArray input = network.feedForward(batch.dup()).get(layer);
        for (int row = 0; row < input.rows(); row++) {
          for (int channel = 0; channel < energies.length; channel++) {
            energies[channel] += Math.pow(input.getDouble(row, channel), 2);
          }
        }
      }
      assertThat(scores[layer]).isCloseTo(naiveRatio(weights, energies, tau), within(1e-9));
    }
  }

  private static double naiveRatio(INDArray weights, double[] energies, double tau) {
    double sum = 0;
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        sum += Math.abs(weights.getDouble(i, j)) * Math.sqrt(energies[i]);
      }
    }
    int outliers = 0;
    for (int i = 0; i < weights.rows(); i++) {
      for (int j = 0; j < weights.columns(); j++) {
        double entry = Math.abs(weights.getDouble(i, j)) * Math.sqrt(energies[i]);
        outliers += entry > tau * sum / weights.length() ? 1 : 0;
      }
    }
    return 100.0 * outliers / weights.length();
  }

  @Test
  void blockInfluenceAndRelativeMagnitudeCompareInputAndOutputOfABlock() {
    Network network = Network.of(network(5));
    NetworkLayer square = network.layers().get(1);
    INDArray input = Networks.normal(3, 4, 6);
    ScorableModel model =
        ScorableNetwork.of(
            network, List.of(new Block(0, List.of(square))), new Batches(Networks.batch(input)));
    List<INDArray> activations = ((MultiLayerNetwork) network.model()).feedForward(input.dup());
    double influence = 0;
    double magnitude = 0;
    for (int row = 0; row < 4; row++) {
      double dot = 0;
      double before = 0;
      double after = 0;
      double added = 0;
      for (int i = 0; i < 8; i++) {
        double x = activations.get(1).getDouble(row, i);
        double y = activations.get(2).getDouble(row, i);
        dot += x * y;
        before += x * x;
        after += y * y;
        added += (y - x) * (y - x);
      }
      influence += (1 - dot / Math.sqrt(before * after)) / 4;
      magnitude += Math.sqrt(added / after) / 4;
    }

    assertThat(new BlockInfluence().score(model).toArray())
        .containsExactly(new double[] {influence}, within(1e-6));
    assertThat(new RelativeMagnitude().score(model).toArray())
        .containsExactly(new double[] {magnitude}, within(1e-6));
  }

  @Test
  void allMetricsScoreABlockOfSeveralLayersThatKeepsItsShape() {
    MultiLayerNetwork network =
        Networks.layered(
            5,
            InputType.feedForward(8),
            dense(12),
            dense(8),
            dense(12),
            dense(8),
            new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build());
    List<NetworkLayer> layers = Network.of(network).layers();
    List<Block> blocks =
        List.of(new Block(0, layers.subList(0, 2)), new Block(1, layers.subList(2, 4)));
    ScorableModel model =
        ScorableNetwork.of(
            Network.of(network), blocks, new Batches(Networks.batch(Networks.normal(1, 4, 8))));

    for (String metric : LayerMetric.NAMES) {
      assertThat(LayerMetric.of(metric, 2).score(model).scores()).as(metric).hasSize(2);
    }
    assertThat(model.layers().layers().get(1).variables())
        .containsExactly("layer2_W", "layer3_W", "layer2_b", "layer3_b");
  }

  @Test
  void weightsAreReadAsTheyAreWhenTheyAreRead() {
    MultiLayerNetwork network = network(1);
    ScorableModel model =
        Networks.scorable(Network.of(network), Networks.batch(Networks.normal(1, 2, 6)));
    network.getLayer(0).getParam("W").muli(0).addi(3);
    assertThat(model.weights().weight("layer0_W").meanNumber().doubleValue()).isEqualTo(3);
    assertThat(Map.of("rows", model.weights().weight("layer0_W").rows())).containsEntry("rows", 6);
  }
}
