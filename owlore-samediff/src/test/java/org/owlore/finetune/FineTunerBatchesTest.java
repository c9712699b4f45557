package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.testing.TinyLlama;

class FineTunerBatchesTest extends FineTunerFixture {

  @Test
  void paddingDoesNotChangeTheLossOrTheUpdate() {
    int[][] texts = {{3, 1, 4, 1, 5}, {9, 2, 6}};
    List<Double> narrow = fitOne(() -> TinyLlama.padded(4, texts));
    Map<String, INDArray> weights = TinyLlama.weights(model.graph());
    model = TinyLlama.untied(1);
    List<Double> wide = fitOne(() -> TinyLlama.padded(11, texts));
    assertThat(wide.get(0)).isCloseTo(narrow.get(0), within(1e-6));
    TinyLlama.weights(model.graph())
        .forEach(
            (name, weight) -> assertThat(weight.distance2(weights.get(name))).isLessThan(1e-4));
  }

  @Test
  void aRowOfPaddingChangesNothing() {
    int[] text = {3, 1, 4, 1, 5};
    List<Double> alone = fitOne(() -> TinyLlama.padded(4, text));
    model = TinyLlama.untied(1);
    List<Double> accompanied = fitOne(() -> TinyLlama.padded(4, text, new int[] {0}));
    assertThat(accompanied.get(0)).isCloseTo(alone.get(0), within(1e-6));
  }

  @Test
  void aBatchOfOneRowAndOneTokenTrains() {
    List<Double> losses = fitOne(() -> TinyLlama.padded(1, new int[] {3, 7}));
    assertThat(losses.get(0)).isPositive();
  }

  @Test
  void theShapeOfBatchesMayChangeFromStepToStep() {
    BatchSource growing = source(step -> TinyLlama.batch(1 + (int) step % 3, 3 + (int) step, step));
    try (FineTuner tuner = new FineTuner(model, configuration(Method.OWLORE).build())) {
      FineTuneReport report = tuner.fit(growing, 7, StepListener.NONE);
      assertThat(report.losses()).hasSize(7).allMatch(loss -> loss > 1);
    }
  }

  @Test
  void everyBatchIsClosed() {
    List<Batch> seen = new ArrayList<>();
    BatchSource remembering =
        source(
            step -> {
              Batch batch = DATA.batch(step);
              seen.add(batch);
              return batch;
            });
    try (FineTuner tuner = new FineTuner(model, configuration(Method.LISA).build())) {
      tuner.fit(remembering, 3, StepListener.NONE);
    }
    assertThat(seen)
        .hasSize(3)
        .allMatch(b -> b.placeholders().values().stream().allMatch(INDArray::wasClosed));
  }
}
