package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.network.NetworkLayer;

/** Its first two layers have constraints; the last one has none. */
class ConstraintPauseTest {
  private final MultiLayerNetwork network = network();
  private final Layer[] layers = network.getLayers();
  private final List<Layer> own = List.of(layers);

  @BeforeEach
  void exceedTheConstraints() {
    network.params().muli(10);
  }

  @Test
  void constraintsOfFrozenLayersAreNotApplied() {
    INDArray before = network.getParam("0_W").dup();
    ConstraintPause.of(layers, frozen(0));
    network.applyConstraints(1, 0);
    assertThat(network.getParam("0_W")).isEqualTo(before);
  }

  @Test
  void constraintsOfTheOthersAreApplied() {
    ConstraintPause.of(layers, frozen(0));
    network.applyConstraints(1, 0);
    assertThat(network.getParam("1_W").norm2(0).maxNumber().doubleValue()).isLessThan(0.5001);
  }

  @Test
  void afterOnePauseTheConstraintsAreAppliedAgain() {
    ConstraintPause.of(layers, frozen(0));
    network.applyConstraints(1, 0);
    network.applyConstraints(2, 0);
    assertThat(network.getParam("0_W").norm2(0).maxNumber().doubleValue()).isLessThan(0.5001);
  }

  @Test
  void theNetworkHasItsOwnLayersOnceTheConstraintsAreApplied() {
    ConstraintPause.of(layers, frozen(0, 1, 2));
    network.applyConstraints(1, 0);
    assertThat(Stream.of(layers).toList()).isEqualTo(own);
  }

  @Test
  void theNetworkHasItsOwnLayersAfterAPauseThatEndedEarly() {
    ConstraintPause.of(layers, frozen(0, 1, 2)).end();
    assertThat(Stream.of(layers).toList()).isEqualTo(own);
  }

  @Test
  void layersWithoutConstraintsAreNotReplaced() {
    ConstraintPause.of(layers, frozen(2));
    assertThat(layers[2]).isSameAs(own.get(2));
  }

  private Set<NetworkLayer> frozen(int... positions) {
    List<NetworkLayer> all = Network.of(network).layers();
    return Arrays.stream(positions).mapToObj(all::get).collect(Collectors.toSet());
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    dense(3, 4).constrainWeights(new MaxNormConstraint(0.5, 0)).build(),
                    dense(4, 5).constrainWeights(new MaxNormConstraint(0.5, 0)).build(),
                    new OutputLayer.Builder().nIn(5).nOut(2).build())
                .build());
    network.init();
    return network;
  }

  private static DenseLayer.Builder dense(int inputs, int outputs) {
    return new DenseLayer.Builder().nIn(inputs).nOut(outputs);
  }
}
