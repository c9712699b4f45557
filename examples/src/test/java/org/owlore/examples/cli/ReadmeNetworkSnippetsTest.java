package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.owlore.dl4j.GaLore;
import org.owlore.dl4j.OutlierWeighedLayerSampler;
import org.owlore.examples.dl4j.TokenRows;
import org.owlore.examples.dl4j.Transformer;
import org.owlore.examples.keras.KerasFile;
import org.owlore.galore.GaLoreUpdater;

/** The Java of README.md about DL4J networks, run. {@link ReadmeTest} compares it to the letter. */
class ReadmeNetworkSnippetsTest {
  @TempDir private Path folder;

  @Test
  void layeredNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam())
                .list(
                    new DenseLayer.Builder().nIn(4).nOut(20).build(),
                    new DenseLayer.Builder().nIn(20).nOut(20).build(),
                    new DenseLayer.Builder().nIn(20).nOut(20).build(),
                    new OutputLayer.Builder().nIn(20).nOut(3).build())
                .build());
    net.init();
    DataSetIterator data = flowers();
    int epochs = 2;

    // README
    GaLore.bind(net, GaLoreUpdater.builder().rank(8).learningRate(1e-3).build());
    net.addListeners(OutlierWeighedLayerSampler.builder().gamma(2).interval(50).build());
    net.fit(data, epochs);
    // README

    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  @Test
  void graph() {
    ComputationGraph graph =
        Transformer.builder()
            .vocabulary(9)
            .length(4)
            .size(8)
            .heads(2)
            .blocks(3)
            .build()
            .build(new Adam(), 1);
    List<MultiDataSet> rows =
        TokenRows.upperHalf(9, 4, 0, 4).batches(1, 6, new SplittableRandom(1));
    MultiDataSetIterator data = new SingletonMultiDataSetIterator(rows.get(0));
    MultiDataSetIterator calibration =
        new IteratorMultiDataSetIterator(
            List.<org.nd4j.linalg.dataset.api.MultiDataSet>of(rows.get(0)).iterator(), 6);
    int epochs = 1;

    // README
    GaLore.bind(graph, GaLoreUpdater.builder().rank(4).learningRate(1e-3).build());
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .blockPattern("block(\\d+)-") // attention and feed-forward of a block together
            .calibration(calibration) // to score with; else the first batch
            .gamma(1)
            .interval(50)
            .build();
    graph.addListeners(sampler);
    graph.fit(data, epochs);
    System.out.println(sampler.trainedBlocks());
    // README

    assertThat(sampler.trainedBlocks()).hasSize(1);
  }

  @Test
  void networkFromKeras() throws Exception {
    String file = KerasFile.example("mlp.h5", folder).file().toString();
    DataSetIterator data = flowers();
    int epochs = 2;

    // README
    MultiLayerNetwork net = KerasModelImport.importKerasSequentialModelAndWeights(file);
    GaLore.bind(net, GaLoreUpdater.builder().rank(8).learningRate(1e-3).build());
    net.addListeners(OutlierWeighedLayerSampler.builder().gamma(1).interval(50).build());
    net.fit(data, epochs);
    // README

    assertThat(net.getEpochCount()).isEqualTo(2);
  }

  @Test
  void restart() throws Exception {
    MultiLayerNetwork old =
        KerasModelImport.importKerasSequentialModelAndWeights(
            KerasFile.example("mlp.h5", folder).file().toString());
    DataSetIterator data = flowers();
    int epochs = 1;
    Path folder = this.folder;
    ModelSerializer.writeModel(old, folder.resolve("model.zip").toFile(), true);

    // README
    File saved = folder.resolve("model.zip").toFile(); // written with its updater state
    MultiLayerNetwork net = ModelSerializer.restoreMultiLayerNetwork(saved, true);
    net.addListeners(
        OutlierWeighedLayerSampler.builder()
            .samplingFile(folder.resolve("sampling.json")) // written by the first run, read by this
            .build());
    net.fit(data, epochs);
    // README

    assertThat(folder.resolve("sampling.json")).exists();
  }

  private static DataSetIterator flowers() {
    DataSet flowers = new DataSet(Nd4j.rand(6, 4), Nd4j.eye(3).repeat(0, 2));
    return new ListDataSetIterator<>(flowers.asList(), 3);
  }
}
