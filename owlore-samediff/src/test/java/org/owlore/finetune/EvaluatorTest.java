package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;
import org.owlore.testing.TinyLlama;

class EvaluatorTest {
  private final LanguageModel model = TinyLlama.untied(1);

  private static BatchSource source(List<Batch> batches) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return batches.size();
      }

      @Override
      public Batch batch(long step) {
        return batches.get((int) step);
      }
    };
  }

  private INDArray sessionLogits(Batch batch) {
    return model.graph().outputSingle(batch.placeholders(), model.logits());
  }

  /** A batch of one label and a batch of eight: their mean losses do not weigh the same. */
  @Test
  void everyLabelWeighsTheSame() {
    List<Batch> batches = List.of(TinyLlama.padded(4, new int[] {1, 2}), TinyLlama.batch(2, 4, 3));
    double sum = 0;
    for (Batch batch : batches) {
      sum += NaiveLoss.sum(sessionLogits(batch), batch);
    }
    try (Evaluator evaluator = new Evaluator(model)) {
      Evaluator.Result result = evaluator.evaluate(source(batches));
      assertThat(result.labels()).isEqualTo(9);
      assertThat(result.loss()).isCloseTo(sum / 9, within(1e-5));
      assertThat(result.perplexity()).isCloseTo(Math.exp(sum / 9), within(1e-3));
    }
  }

  @Test
  void logitsAreThoseOfTheSession() {
    try (Evaluator evaluator = new Evaluator(model);
        Batch batch = TinyLlama.batch(2, 5, 0)) {
      assertThat(evaluator.logits(batch).equalsWithEps(sessionLogits(batch), 1e-5)).isTrue();
    }
  }

  @Test
  void changesNoWeight() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    try (Evaluator evaluator = new Evaluator(model)) {
      evaluator.evaluate(TinyLlama.batches(2, 2, 5));
    }
    assertThat(TinyLlama.changed(model.graph(), before)).isEmpty();
  }

  @Test
  void dataWithoutALabelIsOneSentence() {
    try (Evaluator evaluator = new Evaluator(model)) {
      assertThatThrownBy(
              () -> evaluator.evaluate(source(List.of(TinyLlama.padded(4, new int[] {1})))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The data has nothing to evaluate: every label is ignored.");
    }
  }
}
