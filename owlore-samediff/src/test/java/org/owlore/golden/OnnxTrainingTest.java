package org.owlore.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.CalibrationPass;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.onnx.OnnxModel;
import org.owlore.scoring.LayerScores;
import org.owlore.scoring.OutlierRatio;
import org.owlore.testing.SharedData;

/**
 * The same weights as an ONNX export and as the Hugging Face checkpoint that is written from it.
 */
class OnnxTrainingTest {
  private static final int STEPS = 20;
  private static final int ROWS = 4;
  private static final int LENGTH = 24;
  private static final double TAU = 3;

  /** The architecture of the golden Llama, which an ONNX file does not tell. */
  private static final String CONFIG =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 512,
       "hidden_size": 64, "intermediate_size": 160, "num_hidden_layers": 4,
       "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128,
       "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": false,
       "torch_dtype": "float32", "hidden_act": "silu"}
      """;

  @TempDir private Path folder;
  private final OnnxModel onnx =
      OnnxModel.open(SharedData.require("golden/onnx/llama_dyn_op13.onnx"));

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"FULL", "GALORE", "OWLORE"})
  void bothTrainAlike(Method method) throws IOException {
    List<Double> imported = train(onnx.load(), method);
    List<Double> checkpoint = train(checkpoint().load(), method);

    assertThat(imported.get(STEPS - 1)).isLessThan(imported.get(0) - 0.5);
    for (int step = 0; step < STEPS; step++) {
      assertThat(imported.get(step))
          .as("loss of step " + step)
          .isCloseTo(checkpoint.get(step), within(1e-3));
    }
  }

  @Test
  void bothScoreAlike() throws IOException {
    assertScores(onnx.load(), checkpoint().load());
  }

  private static void assertScores(LanguageModel left, LanguageModel right) {
    LayerScores first = CalibrationPass.score(left, new Rows(), new OutlierRatio(TAU));
    LayerScores second = CalibrationPass.score(right, new Rows(), new OutlierRatio(TAU));
    for (int layer = 0; layer < first.scores().size(); layer++) {
      assertThat(first.scores().get(layer))
          .isPositive()
          .isCloseTo(second.scores().get(layer), within(1e-3 * second.scores().get(layer)));
    }
  }

  private HuggingFaceCheckpoint checkpoint() throws IOException {
    onnx.saveSafetensors(onnx.load(), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), CONFIG);
    return HuggingFaceCheckpoint.open(folder);
  }

  private static List<Double> train(LanguageModel model, Method method) {
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(method)
            .updater(
                GaLoreUpdater.builder()
                    .rank(8)
                    .refreshInterval(10)
                    .learningRate(1e-3)
                    .subspaceFinder(SubspaceFinder.exact())
                    .build())
            .fixedSchedule(List.of(List.of(0, 2), List.of(1, 3), List.of(0, 1), List.of(2, 3)))
            .interval(5)
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(new Rows(), STEPS, StepListener.NONE).losses();
    }
  }

  /** Ids that follow a rule, so that there is something to learn. */
  private static final class Rows implements BatchSource {
    @Override
    public long stepsPerEpoch() {
      return STEPS;
    }

    @Override
    public Batch batch(long step) {
      Random random = new Random(step);
      int[][] ids = new int[ROWS][LENGTH];
      int[][] labels = new int[ROWS][LENGTH];
      int[][] mask = new int[ROWS][LENGTH];
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < LENGTH; i++) {
          ids[row][i] = random.nextInt(64);
          labels[row][i] = (ids[row][i] * 3 + 1) % 64;
          mask[row][i] = 1;
        }
      }
      Map<String, INDArray> placeholders =
          Map.of(
              LanguageModel.INPUT_IDS, Nd4j.createFromArray(ids),
              LanguageModel.LABELS, Nd4j.createFromArray(labels),
              LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(mask));
      return new Batch(placeholders, ROWS * LENGTH);
    }
  }
}
