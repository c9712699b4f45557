package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.scoring.LayerMetric;
import org.owlore.scoring.LayerScores;
import org.owlore.testing.Bits;
import org.owlore.testing.SharedData;
import org.owlore.testing.TinyLlama;

/** What the scoring sees of a model. */
class CalibrationPassTest {
  private final LanguageModel model = TinyLlama.untied(1);

  /** One batch a call, each row of the given length. */
  private static BatchSource of(Batch... batches) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return batches.length;
      }

      @Override
      public Batch batch(long step) {
        return batches[(int) step];
      }
    };
  }

  @Test
  void showsTheActivationsThatTheSessionComputes() {
    Set<String> names = Set.of(model.layers().layers().get(1).input(), "lm_head_input");
    Map<String, INDArray> seen = new HashMap<>();
    new CalibrationPass(model, of(TinyLlama.batch(2, 5, 0)))
        .run(names, (name, value, counted) -> seen.put(name, value.dup()));

    try (Batch batch = TinyLlama.batch(2, 5, 0)) {
      Map<String, INDArray> expected =
          model.graph().output(batch.placeholders(), new ArrayList<>(names));
      assertThat(seen).containsOnlyKeys(names);
      expected.forEach(
          (name, value) -> assertThat(seen.get(name).equalsWithEps(value, 1e-5)).as(name).isTrue());
    }
  }

  @Test
  void showsOneRowATokenWhereBatchAndSequenceAreAxes() {
    SDVariable flat = model.graph().getVariable("lm_head_input");
    model.graph().reshape("by_sequence", flat, 2, 5, 16);
    Map<String, INDArray> seen = new HashMap<>();

    new CalibrationPass(model, of(TinyLlama.batch(2, 5, 0)))
        .run(
            Set.of("lm_head_input", "by_sequence"),
            (name, value, counted) -> seen.put(name, value.dup()));

    assertThat(seen.get("by_sequence")).isEqualTo(seen.get("lm_head_input"));
  }

  @Test
  void goesThroughOneEpochAndSaysWhichTokensArePadding() {
    List<boolean[]> masks = new ArrayList<>();
    Batch padded = TinyLlama.padded(4, new int[] {1, 2, 3}, new int[] {4, 5, 6, 7, 8});
    new CalibrationPass(model, of(padded, TinyLlama.batch(1, 4, 0)))
        .run(
            Set.of(model.layers().layers().get(0).input()),
            (name, value, counted) -> masks.add(counted));

    assertThat(masks).hasSize(2);
    assertThat(masks.get(0)).containsExactly(true, true, false, false, true, true, true, true);
    assertThat(masks.get(1)).containsExactly(true, true, true, true);
  }

  @Test
  void changesNoWeight() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    CalibrationPass.score(model, of(TinyLlama.batch(2, 6, 0)), LayerMetric.of("outlier-ratio", 5));
    assertThat(TinyLlama.changed(model.graph(), before)).isEmpty();
  }

  @Test
  void equalDataGivesEqualScores() {
    LayerMetric metric = LayerMetric.of("block-influence", 0);
    LayerScores first = CalibrationPass.score(model, of(TinyLlama.batch(3, 6, 4)), metric);
    LayerScores second = CalibrationPass.score(model, of(TinyLlama.batch(3, 6, 4)), metric);
    assertThat(Bits.of(Nd4j.createFromArray(first.toArray())))
        .isEqualTo(Bits.of(Nd4j.createFromArray(second.toArray())));
  }

  @Test
  void scoresOfARealModelAreThoseOfThePublicCode() throws IOException {
    JsonNode golden = SharedData.json("golden/scores/scores.json");
    LanguageModel real = HuggingFaceCheckpoint.open(SharedData.require("data/stories260K")).load();
    INDArray tokens = SharedData.array("golden/scores/calibration_tokens.npy");
    INDArray ids = tokens.castTo(DataType.INT32);
    for (double tau : new double[] {5, 7}) {
      LayerScores scores =
          CalibrationPass.score(real, of(batch(ids)), LayerMetric.of("outlier-ratio", tau));
      assertThat(outliers(scores.toArray()))
          .containsExactly(outliers(golden.get("outlier_ratio_percent"), tau));
    }
    LayerScores influence =
        CalibrationPass.score(real, of(batch(ids)), LayerMetric.of("block-influence", 0));
    for (int layer = 0; layer < 5; layer++) {
      double expected = golden.get("block_influence").get(layer).doubleValue();
      assertThat(influence.scores().get(layer)).isCloseTo(expected, within(1e-3 * expected));
    }
  }

  private static Batch batch(INDArray ids) {
    INDArray copy = ids.dup();
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, copy,
            LanguageModel.ATTENTION_MASK, Nd4j.onesLike(copy),
            LanguageModel.LABELS, copy.dup()),
        copy.length());
  }

  private static long[] outliers(JsonNode byTau, double tau) {
    JsonNode percent =
        byTau.has(String.valueOf(tau))
            ? byTau.get(String.valueOf(tau))
            : byTau.get(String.valueOf((int) tau));
    double[] shares = new double[percent.size()];
    for (int layer = 0; layer < shares.length; layer++) {
      shares[layer] = percent.get(layer).doubleValue();
    }
    return outliers(shares);
  }

  private static long[] outliers(double[] percent) {
    int entries = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 172 * 64;
    return Arrays.stream(percent).mapToLong(share -> Math.round(share / 100 * entries)).toArray();
  }
}
