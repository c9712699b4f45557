package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;
import org.owlore.scoring.LayerMetric;
import org.owlore.testing.PlainModel;
import org.owlore.testing.TinyLlama;

/** Training, evaluation and calibration of models that read less than a batch offers. */
class ModelInputTest {
  private static final ModelInput ANY = ModelInput.builder().maximumLength(16).build();

  static Stream<Consumer<LanguageModel>> uses() {
    return Stream.of(ModelInputTest::train, ModelInputTest::evaluate, ModelInputTest::score);
  }

  @ParameterizedTest
  @MethodSource("uses")
  void aGraphWithoutAMaskWorks(Consumer<LanguageModel> use) {
    use.accept(PlainModel.reading(ANY));
  }

  @Test
  void aGraphWithoutAMaskLearns() {
    LanguageModel model = PlainModel.reading(ANY);
    List<Double> losses = train(model);
    assertThat(losses.get(losses.size() - 1)).isLessThan(0.7 * losses.get(0));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void aPlaceholderThatBatchesDoNotHaveIsNamed(Consumer<LanguageModel> use) {
    LanguageModel model = PlainModel.needing("position_ids");

    assertThatThrownBy(() -> use.accept(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The graph needs placeholder \"position_ids\", but there are arrays for"
                + " [attention_mask, input_ids, labels] only: make it a constant, or compute it"
                + " from one of these.");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void anotherNumberOfRowsThanTheModelFixesIsRefused(Consumer<LanguageModel> use) {
    LanguageModel model =
        PlainModel.reading(ModelInput.builder().maximumLength(16).fixedBatch(4).build());

    assertThatThrownBy(() -> use.accept(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The batch has 3 rows, but the model takes exactly 4: fill it up with rows whose labels"
                + " are ignored.");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void rowsThatAreTooLongAreRefused(Consumer<LanguageModel> use) {
    LanguageModel model = PlainModel.reading(ModelInput.builder().maximumLength(5).build());

    assertThatThrownBy(() -> use.accept(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The batch has rows of 6 tokens, but the model reads 5 at most: cut them.");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void rowsThatAreTooShortForAFixedLengthAreRefused(Consumer<LanguageModel> use) {
    LanguageModel model =
        PlainModel.reading(ModelInput.builder().maximumLength(8).fixedLength(true).build());

    assertThatThrownBy(() -> use.accept(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The batch has rows of 6 tokens, but the model reads exactly 8: pad them.");
  }

  @Test
  void rowsThatFillUpABatchDoNotCountInScores() {
    LanguageModel model = PlainModel.reading(ANY);
    List<boolean[]> masks = new ArrayList<>();
    Batch whole = TinyLlama.batch(3, 2, 0);
    Batch filled = new Batch(whole.placeholders(), 4, 1);
    new CalibrationPass(model, source(filled))
        .run(Set.of("block0.output"), (name, value, counted) -> masks.add(counted));

    assertThat(masks.get(0)).containsExactly(true, true, true, true, false, false);
  }

  @Test
  void aModelReadsAtLeastOneToken() {
    assertThatThrownBy(() -> ModelInput.builder().fixedBatch(2).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A model must read rows of at least 1 token and any (0) or a fixed number of rows, but"
                + " 0 and 2 were given.");
  }

  private static List<Double> train(LanguageModel model) {
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(Method.FULL)
            .updater(GaLoreUpdater.builder().learningRate(0.03).build())
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(TinyLlama.batches(1, 3, 6), 30, StepListener.NONE).losses();
    }
  }

  private static void evaluate(LanguageModel model) {
    try (Evaluator evaluator = new Evaluator(model)) {
      assertThat(evaluator.evaluate(TinyLlama.batches(1, 3, 6)).labels()).isEqualTo(18);
    }
  }

  private static void score(LanguageModel model) {
    LayerMetric metric = LayerMetric.of("outlier-ratio", 2);
    assertThat(CalibrationPass.score(model, TinyLlama.batches(1, 3, 6), metric).scores())
        .hasSize(PlainModel.LAYERS);
  }

  private static BatchSource source(Batch batch) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return 1;
      }

      @Override
      public Batch batch(long step) {
        return batch;
      }
    };
  }
}
