package org.owlore.dl4j.freezing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.owlore.dl4j.testing.CountingTanh;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;

class LayeredBackwardPassTest {
  private final MultiLayerNetwork network = dense();

  @Test
  void endsBelowTheLowestTrainedLayer() {
    FreezeListener.training(network, "layer2", "layer4");
    step();
    assertThat(backwardPasses()).containsExactly(0, 0, 1, 1);
  }

  @Test
  void goesDownToTheFirstLayerWhereThatTrains() {
    FreezeListener.training(network, "layer0");
    step();
    assertThat(backwardPasses()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void endsAtOnceWhereNothingTrains() {
    FreezeListener.training(network);
    step();
    assertThat(backwardPasses()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void computesNoGradientsOfDenseLayersThatItPasses() {
    FreezeListener listener = FreezeListener.training(network, "layer0", "layer2", "layer4");
    step();
    assertThat(listener.computed()).containsExactly("layer0", "layer2", "layer4");
  }

  @Test
  void computesNoGradientsOfConvolutionsThatItPasses() {
    MultiLayerNetwork convolutional = convolutional();
    FreezeListener listener = FreezeListener.training(convolutional, "layer0", "layer3");
    convolutional.fit(new DataSet(Nd4j.rand(3, 2, 8, 9), Nd4j.rand(3, 2)));
    assertThat(listener.computed()).containsExactly("layer0", "layer3");
  }

  @Test
  void computesEveryGradientWhereEverythingTrains() {
    FreezeListener listener =
        FreezeListener.training(network, "layer0", "layer1", "layer2", "layer3", "layer4");
    step();
    assertThat(listener.computed()).hasSize(5);
  }

  @Test
  void theLossIsThatOfStockTrainingWhateverIsFrozen() {
    MultiLayerNetwork stock = dense();
    stock.fit(batch());
    for (List<String> trained : List.of(List.<String>of(), List.of("layer2"), List.of("layer4"))) {
      MultiLayerNetwork frozen = dense();
      FreezeListener.training(frozen, trained.toArray(String[]::new));
      frozen.fit(batch());
      assertThat(frozen.score()).as("%s", trained).isEqualTo(stock.score());
    }
  }

  @Test
  void batchNormalisationInFrozenLayersIsPassedToo() {
    MultiLayerNetwork normed = (MultiLayerNetwork) SampleNetworks.of("convolutional", new Sgd(0.1));
    FreezeListener listener = FreezeListener.training(normed, "layer0");
    SampleData.fit(normed, SampleData.of("convolutional", 1));
    assertThat(listener.subtracted("layer0"))
        .isNotEqualTo(new double[76])
        .doesNotContain(Double.NaN);
  }

  private void step() {
    network.fit(batch());
  }

  private List<Integer> backwardPasses() {
    return IntStream.range(0, 4)
        .mapToObj(layer -> CountingTanh.backwardPassesOf(network.getLayer(layer)))
        .toList();
  }

  private static DataSet batch() {
    return new DataSet(
        Nd4j.linspace(-1, 1, 18).reshape(3, 6), Nd4j.linspace(0, 1, 9).reshape(3, 3));
  }

  private static MultiLayerNetwork dense() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(0.1)).l2(0.01).list();
    for (int layer = 0; layer < 4; layer++) {
      layers.layer(new DenseLayer.Builder().nOut(5).activation(new CountingTanh()).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            layers
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(3).build())
                .setInputType(InputType.feedForward(6))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork convolutional() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(4).build())
                .layer(new ConvolutionLayer.Builder(1, 3).nOut(3).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.convolutional(8, 9, 2))
                .build());
    network.init();
    return network;
  }
}
