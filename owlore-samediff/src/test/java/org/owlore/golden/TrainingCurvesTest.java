package org.owlore.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuneReport;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.OutlierWeighedLayerSampler;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.ReferenceSigns;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.sampling.FixedSchedule;
import org.owlore.testing.SharedData;

/** Twenty steps of each method against PyTorch, on a real pretrained Llama. */
class TrainingCurvesTest {
  private static final int STEPS = 20;
  private static final int INTERVAL = 5;
  private static final int BATCH = 4;
  private static final List<String> FINAL_WEIGHTS =
      List.of(
          "model.embed_tokens.weight",
          "model.layers.0.self_attn.q_proj.weight",
          "model.layers.3.mlp.down_proj.weight");

  private final JsonNode curves = SharedData.json("golden/train/curves.json");
  private final INDArray tokens = SharedData.array("golden/train/tokens.npy");
  private final LanguageModel model =
      HuggingFaceCheckpoint.open(SharedData.require("data/stories260K")).load();

  @ParameterizedTest
  @CsvSource({"full_adamw,FULL", "lisa_adamw,LISA", "galore_adamw,GALORE", "owlore,OWLORE"})
  void fineTunerFollowsPyTorchGivenItsSigns(String curve, Method method) {
    assertCurve(golden(curve), fineTune(method, withReferenceSigns()));
    assertGoldenWeights(curve);
  }

  @ParameterizedTest
  @CsvSource({"galore_adamw,GALORE", "owlore,OWLORE"})
  void fineTunerFollowsPyTorchWithSettledSigns(String curve, Method method) throws IOException {
    assertCurve(settled(curve).get("loss"), fineTune(method, updater()));
    assertSampledWeights(settled(curve).get("weights"));
  }

  @ParameterizedTest
  @CsvSource({"lisa_adamw,false", "owlore,true"})
  void stockFitWithTheListenerFollowsPyTorchGivenItsSigns(String curve, boolean lowRank) {
    int rank = lowRank ? updater().getRank() : Integer.MAX_VALUE;

    assertCurve(golden(curve), stockFit(withReferenceSigns().toBuilder().rank(rank).build()));
    assertGoldenWeights(curve);
  }

  @Test
  void blocksThatAreNotSampledKeepTheirBits() {
    INDArray frozen = model.graph().getArrForVarName("model.layers.4.mlp.up_proj.weight").dup();
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.OWLORE)
            .updater(updater())
            .fixedSchedule(List.of(List.of(1, 2)))
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      FineTuneReport report = tuner.fit(new Rows(), 3, StepListener.NONE);

      assertThat(report.changed()).noneMatch(name -> name.startsWith("model.layers.4"));
    }
    assertThat(model.graph().getArrForVarName("model.layers.4.mlp.up_proj.weight"))
        .isEqualTo(frozen);
  }

  private List<Double> fineTune(Method method, GaLoreUpdater updater) {
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(method)
            .updater(updater)
            .fixedSchedule(blocks())
            .interval(INTERVAL)
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(new Rows(), STEPS, StepListener.NONE).losses();
    }
  }

  private List<Double> stockFit(GaLoreUpdater updater) {
    SameDiff graph = model.graph();
    GraphPreparation.prepare(graph);
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .dataSetFeatureMapping(LanguageModel.INPUT_IDS, LanguageModel.ATTENTION_MASK)
            .dataSetLabelMapping(LanguageModel.LABELS)
            .build());
    List<Double> losses = new ArrayList<>();
    graph.fit(
        new MultiDataSets(),
        1,
        OutlierWeighedLayerSampler.builder()
            .layers(model.layers())
            .schedule(new FixedSchedule(blocks(), model.layers().size()))
            .interval((long) INTERVAL)
            .build(),
        new LossRecorder(losses));
    return losses;
  }

  private JsonNode golden(String curve) {
    return curves.get("loss").get(curve);
  }

  /** Made by benchmarks/golden/training_curves.py. */
  private static JsonNode settled(String curve) throws IOException {
    try (InputStream file =
        TrainingCurvesTest.class.getResourceAsStream(
            "/golden/training_curves_settled_signs.json")) {
      return new ObjectMapper().readTree(file).get(curve);
    }
  }

  private static void assertCurve(JsonNode expected, List<Double> losses) {
    for (int step = 0; step < STEPS; step++) {
      assertThat(losses.get(step))
          .as("step %d", step)
          .isCloseTo(expected.get(step).asDouble(), within(1e-3));
    }
  }

  private void assertGoldenWeights(String curve) {
    for (String name : FINAL_WEIGHTS) {
      INDArray expected = SharedData.array("golden/train/" + curve + "." + name + ".npy");
      INDArray actual = model.graph().getArrForVarName(name);
      assertThat(actual.distance2(expected) / expected.norm2Number().doubleValue())
          .as(name)
          .isLessThan(1e-3);
    }
  }

  private void assertSampledWeights(JsonNode samples) {
    for (String name : FINAL_WEIGHTS) {
      INDArray weight = model.graph().getArrForVarName(name);
      JsonNode expected = samples.get(name);
      double difference = 0;
      double size = 0;
      for (int i = 0; i < expected.size(); i++) {
        double value = expected.get(i).asDouble();
        double actual = weight.getDouble(i * weight.length() / expected.size());
        difference += (actual - value) * (actual - value);
        size += value * value;
      }
      assertThat(Math.sqrt(difference / size)).as(name).isLessThan(1e-3);
    }
  }

  private GaLoreUpdater updater() {
    JsonNode galore = curves.get("galore");
    return GaLoreUpdater.builder()
        .learningRate(curves.get("lr").asDouble())
        .epsilon(curves.get("eps").asDouble())
        .rank(galore.get("rank").asInt())
        .refreshInterval(galore.get("update_proj_gap").asInt())
        .scale(galore.get("scale").asDouble())
        .build();
  }

  /** The golden curves depend on signs of singular vectors that LAPACK left open. */
  private GaLoreUpdater withReferenceSigns() {
    return updater().toBuilder().subspaceFinder(new ReferenceSigns(SubspaceFinder.exact())).build();
  }

  private List<List<Integer>> blocks() {
    return StreamSupport.stream(curves.get("active_blocks_every_5_steps").spliterator(), false)
        .map(
            interval ->
                StreamSupport.stream(interval.spliterator(), false).map(JsonNode::asInt).toList())
        .toList();
  }

  /** Step s takes rows 4s mod 40 onwards. */
  private final class Rows implements BatchSource {
    @Override
    public long stepsPerEpoch() {
      return tokens.size(0) / BATCH;
    }

    @Override
    public Batch batch(long step) {
      INDArray inputs = rows(step, 0);
      return new Batch(
          Map.of(
              LanguageModel.INPUT_IDS, inputs,
              LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, inputs.shape()),
              LanguageModel.LABELS, rows(step, 1)),
          inputs.length());
    }
  }

  private INDArray rows(long step, long first) {
    long row = BATCH * step % tokens.size(0);
    return tokens
        .get(
            NDArrayIndex.interval(row, row + BATCH),
            NDArrayIndex.interval(first, first + tokens.size(1) - 1))
        .dup('c');
  }

  /** The same batches in the form the stock loop wants. */
  private final class MultiDataSets extends MultiDataSetIteratorAdapter {
    private int step;

    MultiDataSets() {
      super(null);
    }

    @Override
    public boolean hasNext() {
      return step < STEPS;
    }

    @Override
    public MultiDataSet next() {
      Map<String, INDArray> arrays = new Rows().batch(step++).placeholders();
      return new org.nd4j.linalg.dataset.MultiDataSet(
          new INDArray[] {
            arrays.get(LanguageModel.INPUT_IDS), arrays.get(LanguageModel.ATTENTION_MASK)
          },
          new INDArray[] {arrays.get(LanguageModel.LABELS)});
    }

    @Override
    public boolean resetSupported() {
      return false;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }
  }

  /** What the stock loop reports as its loss. */
  private static final class LossRecorder extends BaseListener {
    private final List<Double> losses;

    LossRecorder(List<Double> losses) {
      this.losses = losses;
    }

    @Override
    public boolean isActive(Operation operation) {
      return operation == Operation.TRAINING;
    }

    @Override
    public void iterationDone(SameDiff graph, At at, MultiDataSet data, Loss loss) {
      losses.add(loss.getLosses()[0]);
    }
  }
}
