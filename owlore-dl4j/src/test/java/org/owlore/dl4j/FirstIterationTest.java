package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class FirstIterationTest {

  @Test
  void layerThatRestsInTheVeryFirstIterationTrainsLater() {
    MultiLayerNetwork network = network();
    INDArray before = network.getParam("0_W").dup();
    network.setListeners(
        OutlierWeighedLayerSampler.builder()
            .interval(1)
            .schedule(interval -> interval == 0 ? List.of(2) : List.of(0, 1))
            .build());
    DataSet data = new DataSet(Nd4j.rand(5, 4), Nd4j.rand(5, 2));

    network.fit(data);
    assertThat(network.getParam("0_W")).isEqualTo(before);
    network.fit(data);

    assertThat(network.getParam("0_W")).isNotEqualTo(before);
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .activation(Activation.TANH)
                .list(
                    new DenseLayer.Builder().nIn(4).nOut(4).build(),
                    new DenseLayer.Builder().nIn(4).nOut(4).build(),
                    new DenseLayer.Builder().nIn(4).nOut(4).build(),
                    new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build())
                .build());
    network.init();
    return network;
  }
}
