package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.dl4j.network.LayeredNetwork;
import org.owlore.dl4j.network.NetworkLayer;

class ParameterFingerprintTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE", "HALF"})
  void theSameParametersHaveTheSameFingerprint(DataType type) {
    LayeredNetwork network = network(type);
    assertThat(fingerprint(network, 1)).isEqualTo(fingerprint(network, 1));
  }

  @Test
  void oneChangedBitIsSeenWhereverItIs() {
    LayeredNetwork network = network(DataType.FLOAT);
    NetworkLayer layer = network.layers().get(1);
    INDArray flat = network.model().params();
    long before = fingerprint(network, 1);
    Random random = new Random(1);
    for (int trial = 0; trial < 50; trial++) {
      long place = layer.from() + random.nextInt((int) (layer.until() - layer.from()));
      float value = flat.getFloat(place);
      flat.putScalar(place, Math.nextUp(value));
      assertThat(fingerprint(network, 1)).as("position %d", place).isNotEqualTo(before);
      flat.putScalar(place, value);
    }
    assertThat(fingerprint(network, 1)).isEqualTo(before);
  }

  @Test
  void negativeZeroIsNotZero() {
    LayeredNetwork network = network(DataType.FLOAT);
    INDArray flat = network.model().params();
    long place = network.layers().get(1).from();
    flat.putScalar(place, 0f);
    long before = fingerprint(network, 1);
    flat.putScalar(place, -0f);
    assertThat(fingerprint(network, 1)).isNotEqualTo(before);
  }

  @Test
  void allSignsTurnedAroundAreSeen() {
    LayeredNetwork network = network(DataType.FLOAT);
    long before = fingerprint(network, 1);
    network.model().params().negi();
    assertThat(fingerprint(network, 1)).isNotEqualTo(before);
  }

  @Test
  void allParametersDoubledAreSeen() {
    LayeredNetwork network = network(DataType.FLOAT);
    long before = fingerprint(network, 1);
    network.model().params().muli(2);
    assertThat(fingerprint(network, 1)).isNotEqualTo(before);
  }

  @Test
  void twoParametersThatChangePlacesAreSeen() {
    LayeredNetwork network = network(DataType.FLOAT);
    INDArray flat = network.model().params();
    long place = network.layers().get(1).from();
    long before = fingerprint(network, 1);
    float first = flat.getFloat(place);
    flat.putScalar(place, flat.getFloat(place + 1));
    flat.putScalar(place + 1, first);
    assertThat(fingerprint(network, 1)).isNotEqualTo(before);
  }

  @Test
  void otherLayersDoNotCount() {
    LayeredNetwork network = network(DataType.FLOAT);
    long before = fingerprint(network, 1);
    network.model().setParam("0_W", network.model().getParam("0_W").add(1));
    network.model().setParam("2_b", network.model().getParam("2_b").add(1));
    assertThat(fingerprint(network, 1)).isEqualTo(before);
  }

  private static long fingerprint(LayeredNetwork network, int layer) {
    return ParameterFingerprint.of(network.model().params(), Set.of(network.layers().get(layer)));
  }

  /** Its middle layer has 2048 weights, so that changes of all of them could cancel out. */
  private static LayeredNetwork network(DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .list(
                    new DenseLayer.Builder().nIn(4).nOut(32).build(),
                    new DenseLayer.Builder().nIn(32).nOut(64).hasBias(false).build(),
                    new OutputLayer.Builder().nIn(64).nOut(2).build())
                .build());
    network.init();
    return new LayeredNetwork(network);
  }
}
