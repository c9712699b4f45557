package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.CalibrationPass;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.OutlierWeighedLayerSampler;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.GradientCheck;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.graph.layers.LayerMapFinder;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.onnx.OnnxModel;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.sampling.LayerSampler;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;

/** The Java of README.md, run. {@link ReadmeTest} checks that it is the same to the letter. */
class ReadmeSnippetsTest {
  @TempDir private Path folder;
  private Path directory;

  @BeforeEach
  void writeModel() throws IOException {
    directory = OutlierModel.writeTo(Files.createDirectory(folder.resolve("model")));
  }

  private static Map<String, INDArray> placeholders() {
    return Map.of(
        LanguageModel.INPUT_IDS, Nd4j.createFromArray(new int[][] {{3, 4, 5, 6}, {4, 3, 6, 5}}),
        LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, 2, 4),
        LanguageModel.LABELS, Nd4j.createFromArray(new int[][] {{4, 5, 6, 3}, {3, 6, 5, 4}}));
  }

  private static BatchSource batches() {
    // README
    BatchSource batches =
        new BatchSource() {
          @Override
          public long stepsPerEpoch() {
            return 1;
          }

          @Override
          public Batch batch(long step) {
            INDArray ids = Nd4j.createFromArray(new int[][] {{3, 4, 5, 6}, {4, 3, 6, 5}});
            INDArray mask = Nd4j.ones(DataType.INT32, 2, 4); // 0 for padding
            INDArray labels = Nd4j.createFromArray(new int[][] {{4, 5, 6, 3}, {3, 6, 5, -100}});
            return new Batch(
                Map.of("input_ids", ids, "attention_mask", mask, "labels", labels), ids.length());
          }
        };
    // README
    return batches;
  }

  @Test
  void stockFitWithTheListener() {
    LanguageModel model = HuggingFaceCheckpoint.open(directory).load();
    SameDiff sd = model.graph();
    LayerMap layers = model.layers();
    LayerScores scores = CalibrationPass.score(model, batches(), LayerMetric.of("weight-norm", 13));
    Map<String, INDArray> arrays = placeholders();
    MultiDataSetIterator data =
        new SingletonMultiDataSetIterator(
            new MultiDataSet(
                new INDArray[] {
                  arrays.get(LanguageModel.INPUT_IDS), arrays.get(LanguageModel.ATTENTION_MASK)
                },
                new INDArray[] {arrays.get(LanguageModel.LABELS)}));
    int epochs = 2;

    // README
    GraphPreparation.prepare(sd); // repairs gradients that Deeplearning4j 1.0.0-M2.1 gets wrong
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(GaLoreUpdater.builder().learningRate(1e-3).rank(8).refreshInterval(50).build())
            .dataSetFeatureMapping("input_ids", "attention_mask")
            .dataSetLabelMapping("labels")
            .build());
    LayerSampler sampler =
        LayerSampler.builder()
            .distribution(LayerDistribution.proportionalTo(scores.toArray()))
            .gamma(2)
            .draw(Draw.EXACT)
            .build();
    sd.fit(
        data,
        epochs,
        OutlierWeighedLayerSampler.builder()
            .layers(layers)
            .schedule(sampler)
            .interval(20L)
            .build());
    // README

    assertThat(sd.getTrainingConfig().getIterationCount()).isEqualTo(2);
  }

  @Test
  void layersOfAGraph() {
    LanguageModel model = HuggingFaceCheckpoint.open(directory).load();
    SameDiff sd = model.graph();

    // README
    LayerMap found = new LayerMapFinder(sd, "logits").find().layers();
    System.out.println(found.table(sd));
    // README

    assertThat(found).isEqualTo(model.layers());
  }

  @Test
  void fineTuner() {
    BatchSource batches = batches();
    Path output = folder.resolve("tuned");

    // README
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory);
    LanguageModel model = checkpoint.load();
    LayerScores scores = CalibrationPass.score(model, batches, LayerMetric.of("outlier-ratio", 13));
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.OWLORE)
            .scores(scores)
            .updater(GaLoreUpdater.builder().learningRate(1e-3).rank(8).build())
            .gamma(2)
            .interval(20)
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(batches, 60, StepListener.NONE);
    }
    checkpoint.save(model, output);
    // README

    assertThat(output.resolve("model.safetensors")).exists();
  }

  @Test
  void fineTunerOnADevice() {
    Path output = folder.resolve("tuned");
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.FULL)
            .updater(GaLoreUpdater.builder().learningRate(1e-3).rank(8).build())
            .build();

    new DeviceFineTuning("cpu", null).run(directory, output, configuration, batches());

    assertThat(output.resolve("model.safetensors")).exists();
  }

  @Test
  void onnxModel() throws IOException {
    Path file = folder.resolve("gpt2.onnx");
    try (InputStream export = ReadmeSnippetsTest.class.getResourceAsStream("/onnx/gpt2.onnx")) {
      Files.copy(export, file);
    }
    BatchSource batches = batches();
    Path output = folder.resolve("tuned.onnx");
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.GALORE)
            .updater(GaLoreUpdater.builder().learningRate(1e-3).rank(4).build())
            .build();

    // README
    OnnxModel onnx = OnnxModel.open(file);
    LanguageModel model = onnx.load();
    System.out.println(model.layers().table(model.graph()));
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(batches, 10, StepListener.NONE);
    }
    onnx.save(model, output);
    // README

    assertThat(OnnxModel.open(output).weights()).hasSameSizeAs(onnx.weights());
  }

  @Test
  void gradientCheck() {
    LanguageModel model = HuggingFaceCheckpoint.open(directory).load();
    SameDiff graph = model.graph();
    Map<String, INDArray> batch = placeholders();

    // README
    GraphPreparation.prepare(graph);
    GradientCheck.Report report = GradientCheck.builder().loss("loss").build().check(graph, batch);
    System.out.println(report.allRight() ? "all right" : "wrong: " + report.wrong());
    // README

    assertThat(report.wrong()).isEmpty();
  }
}
