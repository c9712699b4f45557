package org.owlore.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.dl4j.blocks.Grouping;
import org.owlore.dl4j.calibration.ScorableNetwork;
import org.owlore.dl4j.network.Network;
import org.owlore.dl4j.testing.SampleData;
import org.owlore.dl4j.testing.SampleNetworks;
import org.owlore.scoring.HillAlpha;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;

class SamplerScoringTest {
  private static final LayerMetric METRIC = new OutlierRatio(1.5);

  @Test
  void scoresOnTheFirstBatchWhereNothingElseIsGiven() {
    MultiLayerNetwork network = network("perceptron");
    OutlierWeighedLayerSampler sampler = builder().build();
    LayerScores expected = expected(network, SampleData.of("perceptron", 3));
    network.setListeners(sampler);
    SampleData.fit(network, SampleData.of("perceptron", 3));
    assertThat(sampler.scores()).contains(expected);
  }

  @Test
  void scoresOnCalibrationDataBeforeTheFirstUpdate() {
    MultiLayerNetwork network = network("perceptron");
    DataSet calibration = single("perceptron", 8);
    OutlierWeighedLayerSampler sampler =
        builder().calibration(new ListDataSetIterator<>(List.of(calibration), 4)).build();
    LayerScores expected = expected(network, SampleData.of("perceptron", 8));
    network.setListeners(sampler);
    SampleData.fit(network, SampleData.of("perceptron", 3));
    assertThat(sampler.scores()).contains(expected);
  }

  @Test
  void paddingOfTheFirstBatchDoesNotCount() {
    MultiLayerNetwork network = network("attention");
    MultiDataSet batch = SampleData.of("attention", 3);
    INDArray mask = Nd4j.ones(4, 6);
    mask.putScalar(1, 5, 0);
    mask.putScalar(2, 4, 0);
    mask.putScalar(2, 5, 0);
    LayerScores expected =
        expected(
            network,
            new MultiDataSet(
                new INDArray[] {batch.getFeatures(0)}, null, new INDArray[] {mask}, null));
    OutlierWeighedLayerSampler sampler = builder().build();
    network.setListeners(sampler);
    network.fit(new DataSet(batch.getFeatures(0), batch.getLabels(0), mask, mask));
    assertThat(sampler.scores()).contains(expected);
  }

  @Test
  void paddingThatTheNetworkDoesNotTellIsAskedFor() {
    MultiLayerNetwork network = network("recurrent");
    MultiDataSet batch = SampleData.of("recurrent", 3);
    network.setListeners(builder().build());
    assertThatThrownBy(
            () ->
                network.fit(
                    new DataSet(
                        batch.getFeatures(0),
                        batch.getLabels(0),
                        Nd4j.ones(4, 6),
                        Nd4j.ones(4, 6))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The first batch is masked, but its first layer does not tell");
  }

  @Test
  void theDefaultsServeTheSmallestNetworks() {
    for (int hidden = 1; hidden <= 2; hidden++) {
      var layers = new NeuralNetConfiguration.Builder().seed(7).updater(new Sgd(0.1)).list();
      for (int i = 0; i < hidden; i++) {
        layers.layer(new DenseLayer.Builder().nOut(10).build());
      }
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              layers
                  .layer(new OutputLayer.Builder().nOut(3).build())
                  .setInputType(InputType.feedForward(5))
                  .build());
      network.init();
      OutlierWeighedLayerSampler sampler = OutlierWeighedLayerSampler.builder().build();
      network.setListeners(sampler);
      SampleData.fit(network, SampleData.of("perceptron", 0));
      assertThat(sampler.trainedBlocks()).isNotEmpty();
    }
  }

  @Test
  void scoresThatAreGivenAreNotMeasured() {
    MultiLayerNetwork network = network("perceptron");
    LayerScores scores = LayerScores.of("mine", 0, 0, 1, 0);
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder().gamma(1).scores(scores).build();
    network.setListeners(sampler);
    SampleData.fit(network, SampleData.of("perceptron", 0));
    assertThat(sampler.trainedBlocks()).containsExactly("layer3");
  }

  @Test
  void lowHillAlphaIsDrawnMore() {
    MultiLayerNetwork network = network("perceptron");
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder().metric(new HillAlpha()).build();
    network.setListeners(sampler);
    SampleData.fit(network, SampleData.of("perceptron", 0));
    assertThat(sampler.scores().orElseThrow().lowMeansImportant()).isTrue();
    assertThat(sampler.trainedBlocks()).hasSize(2);
  }

  @Test
  void aSamplingFileIsReadInsteadOfScoringAgain(@TempDir Path folder) {
    Path file = folder.resolve("sampling.json");
    MultiLayerNetwork first = network("perceptron");
    OutlierWeighedLayerSampler writing = builder().samplingFile(file).build();
    first.setListeners(writing);
    SampleData.fit(first, SampleData.of("perceptron", 0));
    MultiLayerNetwork second = network("perceptron");
    second.params().muli(Nd4j.linspace(1, 2, second.params().length()));
    OutlierWeighedLayerSampler reading = builder().samplingFile(file).build();
    second.setListeners(reading);
    SampleData.fit(second, SampleData.of("perceptron", 1));
    assertThat(reading.scores()).isEqualTo(writing.scores());
  }

  private static OutlierWeighedLayerSamplerBuilder builder() {
    return OutlierWeighedLayerSampler.builder().gamma(1).metric(METRIC);
  }

  private static LayerScores expected(MultiLayerNetwork network, MultiDataSet data) {
    Network view = Network.of(network);
    return METRIC.score(
        ScorableNetwork.of(
            view,
            Grouping.builder().build().of(view).blocks(),
            new SingletonMultiDataSetIterator(data)));
  }

  private static MultiLayerNetwork network(String kind) {
    return (MultiLayerNetwork) SampleNetworks.of(kind, new Sgd(0.1));
  }

  private static DataSet single(String kind, long seed) {
    MultiDataSet data = SampleData.of(kind, seed);
    return new DataSet(data.getFeatures(0), data.getLabels(0));
  }
}
