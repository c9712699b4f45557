package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.network.Network;
import org.owlore.galore.DecoupledWeightDecay;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.Projection;
import org.owlore.galore.ReferenceSigns;
import org.owlore.galore.SubspaceFinder;
import org.owlore.testing.SharedData;

/**
 * A dense layer, whose weight lies by columns, takes the steps of the public GaLore AdamW through
 * the updater of its network, in all 28 cases.
 */
class GoldenGaLoreTest {

  static IntStream cases() {
    return IntStream.range(0, 28);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStepEqualsTheReference(int index) {
    JsonNode golden = SharedData.json("golden/galore/cases.json").get(index);
    GaLoreUpdater settings = settings(golden);
    // Why float64 for FULL is told at the same test of SameDiff's updater.
    DataType type = settings.getProjection() == Projection.FULL ? DataType.DOUBLE : DataType.FLOAT;
    String name = "golden/galore/" + golden.get("case").asText();
    INDArray gradients = SharedData.array(name + ".G.npy").castTo(type);
    INDArray wanted = SharedData.array(name + ".W.npy").castTo(type);
    MultiLayerNetwork network = network(golden, SharedData.array(name + ".W0.npy").castTo(type));
    GaLore.bind(network, settings);
    network.initGradientsView();

    for (int step = 0; step < golden.get("steps").asInt(); step++) {
      Gradient gradient = new DefaultGradient(network.getFlattenedGradients());
      INDArray weight = network.getLayer(0).getParam("W");
      INDArray view = network.getLayer(0).getGradientsViewArray();
      INDArray matrix = view.reshape('f', weight.shape());
      matrix.assign(gradients.slice(step));
      gradient.setGradientFor("0_W", matrix);
      Network.of(network).updater().update(gradient, step, 0, 1, LayerWorkspaceMgr.noWorkspaces());
      weight.subi(matrix);

      INDArray after = wanted.slice(step);
      double error = weight.distance2(after) / after.norm2Number().doubleValue();
      assertThat(error).as("relative error after step %d", step).isLessThan(1e-4);
    }
  }

  private static MultiLayerNetwork network(JsonNode golden, INDArray weight) {
    double decay = golden.get("weight_decay").asDouble();
    MultiLayerNetwork network =
        Samples.network(
            Samples.base(weight.dataType(), new Sgd(1))
                .list()
                .layer(
                    new OutputLayer.Builder()
                        .nIn(weight.size(0))
                        .nOut(weight.size(1))
                        .hasBias(false)
                        .regularization(List.of(new DecoupledWeightDecay(decay)))
                        .build())
                .build());
    network.getLayer(0).getParam("W").assign(weight);
    return network;
  }

  private static GaLoreUpdater settings(JsonNode golden) {
    return GaLoreUpdater.builder()
        .learningRate(golden.get("lr").asDouble())
        .rank(golden.get("rank").asInt())
        .refreshInterval(golden.get("update_proj_gap").asInt())
        .scale(golden.get("scale").asDouble())
        .beta1(golden.get("betas").get(0).asDouble())
        .beta2(golden.get("betas").get(1).asDouble())
        .epsilon(golden.get("eps").asDouble())
        .projection(Projection.valueOf(golden.get("proj_type").asText().toUpperCase(Locale.ROOT)))
        .subspaceFinder(new ReferenceSigns(SubspaceFinder.exact()))
        .build();
  }
}
