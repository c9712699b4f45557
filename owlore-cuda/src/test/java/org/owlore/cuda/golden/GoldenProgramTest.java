package org.owlore.cuda.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.cuda.lowering.DeviceTrial;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.cuda.training.DeviceOptions;
import org.owlore.cuda.training.DeviceTraining;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanRequest;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.testing.SharedData;
import org.owlore.testing.TinyLlama;

/** Programs and updates on the interpreter against PyTorch, on a real pretrained Llama. */
class GoldenProgramTest {
  private static final int STEPS = 20;
  private static final int INTERVAL = 5;
  private static final int BATCH = 4;

  private final LanguageModel model =
      HuggingFaceCheckpoint.open(SharedData.require("data/stories260K")).load();

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void logitsLossAndEveryGradientEqualPyTorch(AttentionForm form) {
    INDArray tokens = SharedData.array("golden/forward/tokens.npy");
    Map<String, INDArray> batch = placeholders(columns(tokens, 0), columns(tokens, 1));
    TreeSet<String> trained = new TreeSet<>(TinyLlama.ends(model.layers()));
    model.layers().layers().forEach(layer -> trained.addAll(layer.variables()));
    GraphPreparation.prepare(model.graph());

    DeviceTrial trial =
        DeviceTrial.of(
            model.graph(),
            batch,
            PlanRequest.builder()
                .outputs(List.of(model.loss(), model.logits()))
                .trained(trained)
                .placeholders(Engine.types(batch))
                .build(),
            Precision.FLOAT32,
            form);

    double expectedLoss = SharedData.json("golden/forward/loss.json").get("loss").asDouble();
    assertThat(trial.outputs().get(model.loss()).getDouble(0))
        .isCloseTo(expectedLoss, within(1e-5));
    INDArray logits = SharedData.array("golden/forward/logits.npy");
    assertThat(trial.outputs().get(model.logits()).sub(logits).amaxNumber().doubleValue())
        .isLessThan(1e-4);
    assertThat(trial.gradients()).hasSize(47);
    trial
        .gradients()
        .forEach(
            (name, actual) -> {
              INDArray expected = SharedData.array("golden/forward/grad." + name + ".npy");
              assertThat(actual.distance2(expected) / expected.norm2Number().doubleValue())
                  .as(name)
                  .isLessThan(1e-4);
            });
  }

  @ParameterizedTest
  @CsvSource({"full_adamw,FULL", "lisa_adamw,LISA", "galore_adamw,GALORE", "owlore,OWLORE"})
  void trainingFollowsPyTorch(String curve, Method method) throws IOException {
    JsonNode curves = SharedData.json("golden/train/curves.json");
    JsonNode expected =
        method.lowRank() ? settled(curve).get("loss") : curves.get("loss").get(curve);

    List<Double> losses = train(curves, method);

    for (int step = 0; step < STEPS; step++) {
      assertThat(losses.get(step))
          .as("step %d", step)
          .isCloseTo(expected.get(step).asDouble(), within(1e-3));
    }
  }

  private List<Double> train(JsonNode curves, Method method) {
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(method)
            .updater(updater(curves))
            .fixedSchedule(blocks(curves))
            .interval(INTERVAL)
            .build();
    try (FineTuner tuner =
        new FineTuner(
            model,
            configuration,
            (ready, settings, projected) ->
                new DeviceTraining(
                    new InterpretedDevice(),
                    ready,
                    settings,
                    projected,
                    new DeviceOptions(Precision.FLOAT32, AttentionForm.FUSED, false)))) {
      return tuner.fit(new Rows(), STEPS, StepListener.NONE).losses();
    }
  }

  /** Made by benchmarks/golden/training_curves.py. */
  private static JsonNode settled(String curve) throws IOException {
    try (InputStream file =
        GoldenProgramTest.class.getResourceAsStream("/golden/training_curves_settled_signs.json")) {
      return new ObjectMapper().readTree(file).get(curve);
    }
  }

  private static GaLoreUpdater updater(JsonNode curves) {
    JsonNode galore = curves.get("galore");
    return GaLoreUpdater.builder()
        .learningRate(curves.get("lr").asDouble())
        .epsilon(curves.get("eps").asDouble())
        .rank(galore.get("rank").asInt())
        .refreshInterval(galore.get("update_proj_gap").asInt())
        .scale(galore.get("scale").asDouble())
        .build();
  }

  private static List<List<Integer>> blocks(JsonNode curves) {
    return StreamSupport.stream(curves.get("active_blocks_every_5_steps").spliterator(), false)
        .map(
            interval ->
                StreamSupport.stream(interval.spliterator(), false).map(JsonNode::asInt).toList())
        .toList();
  }

  private static INDArray columns(INDArray tokens, long first) {
    return tokens
        .get(NDArrayIndex.all(), NDArrayIndex.interval(first, first + tokens.size(1) - 1))
        .dup('c');
  }

  private static Map<String, INDArray> placeholders(INDArray inputs, INDArray labels) {
    return Map.of(
        LanguageModel.INPUT_IDS, inputs,
        LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, inputs.shape()),
        LanguageModel.LABELS, labels);
  }

  /** Step s takes rows 4s mod 40 onwards. */
  private static final class Rows implements BatchSource {
    private final INDArray tokens = SharedData.array("golden/train/tokens.npy");

    @Override
    public long stepsPerEpoch() {
      return tokens.size(0) / BATCH;
    }

    @Override
    public Batch batch(long step) {
      long row = BATCH * step % tokens.size(0);
      INDArray rows =
          tokens.get(NDArrayIndex.interval(row, row + BATCH), NDArrayIndex.all()).dup('c');
      INDArray inputs = columns(rows, 0);
      return new Batch(placeholders(inputs, columns(rows, 1)), inputs.length());
    }
  }
}
