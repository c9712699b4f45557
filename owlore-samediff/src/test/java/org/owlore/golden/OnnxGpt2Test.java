package org.owlore.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepListener;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.SubspaceFinder;
import org.owlore.graph.LanguageModel;
import org.owlore.onnx.OnnxModel;

/** A GPT-2 export and its training in PyTorch, both made by benchmarks/onnx/training_curves.py. */
class OnnxGpt2Test {
  private static final double TOLERANCE = 1e-3;

  private final JsonNode curve = curve();

  private static JsonNode curve() {
    try (InputStream file = OnnxGpt2Test.class.getResourceAsStream("/onnx/gpt2_owlore.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void owloreFollowsPyTorch() throws URISyntaxException {
    Path file = Path.of(OnnxGpt2Test.class.getResource("/onnx/gpt2.onnx").toURI());
    LanguageModel model = OnnxModel.open(file).load();
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.OWLORE)
            .updater(
                GaLoreUpdater.builder()
                    .rank(curve.get("rank").asInt())
                    .refreshInterval(curve.get("refreshInterval").asInt())
                    .learningRate(curve.get("learningRate").asDouble())
                    .subspaceFinder(SubspaceFinder.exact())
                    .build())
            .fixedSchedule(blocks())
            .interval(curve.get("interval").asInt())
            .build();

    try (FineTuner tuner = new FineTuner(model, configuration)) {
      List<Double> losses =
          tuner.fit(new Rows(), curve.get("losses").size(), StepListener.NONE).losses();

      for (int step = 0; step < losses.size(); step++) {
        assertThat(losses.get(step))
            .as("loss of step " + step)
            .isCloseTo(curve.get("losses").get(step).asDouble(), within(TOLERANCE));
      }
    }
  }

  private List<List<Integer>> blocks() {
    List<List<Integer>> blocks = new ArrayList<>();
    curve.get("blocks").forEach(row -> blocks.add(List.of(row.get(0).asInt(), row.get(1).asInt())));
    return blocks;
  }

  /** The same rows in the same order. */
  private final class Rows implements BatchSource {
    @Override
    public long stepsPerEpoch() {
      return curve.get("tokens").size();
    }

    @Override
    public Batch batch(long step) {
      JsonNode rows = curve.get("tokens").get((int) step);
      int length = rows.get(0).size() - 1;
      int[][] ids = new int[rows.size()][length];
      int[][] labels = new int[rows.size()][length];
      for (int row = 0; row < ids.length; row++) {
        for (int i = 0; i < length; i++) {
          ids[row][i] = rows.get(row).get(i).asInt();
          labels[row][i] = rows.get(row).get(i + 1).asInt();
        }
      }
      return new Batch(
          Map.of(
              LanguageModel.INPUT_IDS, Nd4j.createFromArray(ids),
              LanguageModel.LABELS, Nd4j.createFromArray(labels),
              LanguageModel.ATTENTION_MASK, Nd4j.ones(DataType.INT32, ids.length, length)),
          (long) ids.length * length);
    }
  }
}
