package org.owlore.cuda.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.program.AttentionForm;
import org.owlore.cuda.program.Precision;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.finetune.CalibrationPass;
import org.owlore.finetune.Evaluator;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.scoring.LayerMetric;
import org.owlore.testing.TinyLlama;

class DeviceForwardTest {
  private final InterpretedDevice device = new InterpretedDevice();

  private Evaluator onDevice(LanguageModel model, Precision precision) {
    DeviceOptions options = DeviceOptions.builder().precision(precision).build();
    return new Evaluator(model, loaded -> new DeviceForward(device, loaded, options));
  }

  @Test
  void theLossIsThatOfTheHost() {
    LanguageModel model = TinyLlama.untied(1);
    BatchSource batches = TinyLlama.batches(3, 2, 6);

    try (Evaluator host = new Evaluator(model);
        Evaluator there = onDevice(model, Precision.FLOAT32)) {
      Evaluator.Result expected = host.evaluate(batches);
      Evaluator.Result result = there.evaluate(batches);

      assertThat(result.labels()).isEqualTo(expected.labels());
      assertThat(result.loss()).isCloseTo(expected.loss(), within(1e-5));
    }
  }

  @Test
  void logitsAreThoseOfTheHostWithinBfloat16() {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, TinyLlama.config().build(), 2);

    try (Evaluator host = new Evaluator(model);
        Evaluator there = onDevice(model, Precision.BF16);
        Batch batch = TinyLlama.batch(2, 6, 3)) {
      INDArray expected = host.logits(batch);
      INDArray logits = there.logits(batch);

      assertThat(logits.shape()).isEqualTo(expected.shape());
      double scale = expected.norm2Number().doubleValue();
      assertThat(logits.sub(expected).norm2Number().doubleValue()).isLessThan(2e-2 * scale);
    }
  }

  @Test
  void attentionIsFusedInBfloat16AndMadeOfProductsInFloat32() {
    LanguageModel model = TinyLlama.untied(1);
    BatchSource batches = TinyLlama.batches(1, 2, 6);
    try (Evaluator exact = onDevice(model, Precision.FLOAT32)) {
      exact.evaluate(batches);
      assertThat(device.getAttentions()).isZero();
    }
    try (Evaluator narrow = onDevice(model, Precision.BF16)) {
      narrow.evaluate(batches);
      assertThat(device.getAttentions()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"outlier-ratio", "block-influence"})
  void layersGetTheScoresOfTheHost(String name) {
    LanguageModel model = TinyLlama.untied(1);
    LayerMetric metric = LayerMetric.of(name, 3);
    BatchSource batches = TinyLlama.batches(2, 2, 6);
    DeviceOptions options = DeviceOptions.builder().precision(Precision.FLOAT32).build();

    double[] expected = CalibrationPass.score(model, batches, metric).toArray();
    double[] scores =
        CalibrationPass.score(
                model, batches, metric, loaded -> new DeviceForward(device, loaded, options))
            .toArray();

    assertThat(scores).containsExactly(expected, within(1e-5));
    assertThat(device.getLiveBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource(AttentionForm.class)
  void attentionIsComputedAsAsked(AttentionForm form) {
    DeviceOptions options = new DeviceOptions(Precision.FLOAT32, form, false);
    try (Evaluator there =
        new Evaluator(TinyLlama.untied(1), loaded -> new DeviceForward(device, loaded, options))) {
      there.evaluate(TinyLlama.batches(1, 2, 6));
    }

    assertThat(device.getAttentions()).isEqualTo(form == AttentionForm.FUSED ? 3 : 0);
  }

  @Test
  void weightsAreUploadedOnceAndEverythingIsReleasedInTheEnd() {
    try (Evaluator there = onDevice(TinyLlama.untied(1), Precision.FLOAT32)) {
      there.evaluate(TinyLlama.batches(1, 2, 6));
      int first = device.getUploads();
      there.evaluate(TinyLlama.batches(1, 2, 6));

      assertThat(device.getUploads() - first).isEqualTo(3);
    }

    assertThat(device.getLiveBytes()).isZero();
    assertThat(device.getPinnedBytes()).isZero();
  }

  @Test
  void attentionIsFusedWhereProductsDoNotFit() {
    LanguageModel model = TinyLlama.untied(1);
    BatchSource batches = TinyLlama.batches(1, 2, 32);
    DeviceOptions fused = new DeviceOptions(Precision.FLOAT32, AttentionForm.FUSED, false);
    long needed;
    double expected;
    try (Evaluator there =
        new Evaluator(model, loaded -> new DeviceForward(device, loaded, fused))) {
      expected = there.evaluate(batches).loss();
      needed = device.getLiveBytes();
    }
    device.setLimit(needed);

    try (Evaluator there = onDevice(model, Precision.FLOAT32)) {
      assertThat(there.evaluate(batches).loss()).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void aBatchThatDoesNotFitLeavesTheDeviceUsable() {
    try (Evaluator there = onDevice(TinyLlama.untied(1), Precision.FLOAT32)) {
      BatchSource small = TinyLlama.batches(1, 1, 6);
      double expected = there.evaluate(small).loss();
      device.setLimit(device.getLiveBytes() + 1000);

      for (int rows : List.of(64, 128)) {
        assertThatThrownBy(() -> there.evaluate(TinyLlama.batches(1, rows, 30)))
            .isInstanceOf(DeviceException.class)
            .hasMessageMatching(
                "The device has .* MB free, but .* MB are needed\\. Take fewer or shorter rows at a time, or weights in 16 bits\\.");
      }
      assertThat(there.evaluate(small).loss()).isEqualTo(expected);
    }
  }
}
