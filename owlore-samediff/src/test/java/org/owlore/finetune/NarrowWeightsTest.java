package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.engine.Engine;
import org.owlore.engine.PlanExecutor;
import org.owlore.engine.PlanRequest;
import org.owlore.engine.StepObserver;
import org.owlore.galore.DecoupledWeightDecay;
import org.owlore.galore.GaLoreGradientUpdater;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.precision.StorageType;
import org.owlore.scoring.LayerMetric;
import org.owlore.testing.Bits;
import org.owlore.testing.TinyLlama;

/** Fine-tuning of models whose matrices are stored in 16 bits a number. */
class NarrowWeightsTest {
  private static final BatchSource DATA = TinyLlama.batches(3, 3, 6);
  private static final HuggingFaceConfig CONFIG = TinyLlama.config().build();
  private static final double DECAY = 0.1;

  private static GaLoreUpdater updater(double learningRate) {
    return GaLoreUpdater.builder().learningRate(learningRate).rank(4).refreshInterval(3).build();
  }

  private static FineTuneConfiguration.FineTuneConfigurationBuilder configuration(
      NarrowUpdate update) {
    return FineTuneConfiguration.builder()
        .method(Method.FULL)
        .updater(updater(0.01))
        .weightDecay(DECAY)
        .narrowUpdate(update);
  }

  private static List<StepReport> fit(
      LanguageModel model, FineTuneConfiguration configuration, long steps) {
    List<StepReport> reports = new ArrayList<>();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(DATA, steps, reports::add);
    }
    return reports;
  }

  /** Float32 training by hand, in which the graph holds a rounding of each weight. */
  private static List<Double> trainRounded(LanguageModel model, StorageType storage, int steps) {
    SameDiff graph = model.graph();
    GraphPreparation.prepare(graph);
    Map<String, INDArray> masters = TinyLlama.weights(graph);
    Map<String, GaLoreGradientUpdater> updaters = new HashMap<>();
    List<Double> losses = new ArrayList<>();
    try (Engine engine = new Engine(graph)) {
      for (int step = 0; step < steps; step++) {
        try (Batch batch = DATA.batch(step)) {
          PlanRequest request =
              PlanRequest.builder()
                  .output(model.loss())
                  .trained(masters.keySet())
                  .placeholders(Engine.types(batch.placeholders()))
                  .build();
          PlanExecutor executor = engine.executor(request);
          Map<String, INDArray> gradients = new HashMap<>();
          executor.run(
              batch.placeholders(),
              new StepObserver() {
                @Override
                public void gradient(String variable, INDArray gradient) {
                  gradients.put(variable, gradient.dup());
                }
              });
          losses.add(executor.output(model.loss()).getDouble(0));
          for (String name : masters.keySet()) {
            INDArray master = masters.get(name);
            updaters
                .computeIfAbsent(
                    name, n -> updater(0.01).forParameter(master.shape()).doNotProject())
                .applyUpdater(gradients.get(name), step, 0);
            new DecoupledWeightDecay(DECAY).apply(master, gradients.get(name), 0.01, step, 0);
            master.subi(gradients.get(name));
            graph
                .getArrForVarName(name)
                .assign(master.castTo(storage.dataType(master.shape())).castTo(DataType.FLOAT));
          }
        }
      }
    }
    return losses;
  }

  @ParameterizedTest
  @CsvSource({"BF16, true", "BF16, false", "F16, true"})
  void mastersTrainAsInFloat32WhereTheGraphHoldsRoundedWeights(StorageType storage, boolean tied) {
    HuggingFaceConfig config = TinyLlama.config().tiedEmbedding(tied).build();
    LanguageModel narrow = TinyLlama.stored(storage, config, 1);
    LanguageModel rounded = TinyLlama.rounded(storage, config, 1);

    List<StepReport> reports = fit(narrow, configuration(NarrowUpdate.MASTERS).build(), 12);
    List<Double> expected = trainRounded(rounded, storage, 12);

    for (int step = 0; step < 12; step++) {
      // Sums in another order round a weight to its other neighbour now and then.
      assertThat(reports.get(step).loss()).isEqualTo(expected.get(step), within(1e-3));
    }
    TinyLlama.weights(narrow.graph())
        .forEach(
            (name, weight) ->
                assertThat(
                        weight
                            .castTo(DataType.FLOAT)
                            .sub(rounded.graph().getArrForVarName(name))
                            .norm2Number()
                            .doubleValue())
                    .as(name)
                    .isLessThan(1e-2));
  }

  @ParameterizedTest
  @EnumSource(NarrowUpdate.class)
  void smallUpdatesAreNotLost(NarrowUpdate update) {
    LanguageModel narrow = TinyLlama.stored(StorageType.BF16, CONFIG, 1);
    LanguageModel wide = TinyLlama.rounded(StorageType.BF16, CONFIG, 1);
    FineTuneConfiguration configuration =
        configuration(update).updater(updater(1e-4)).weightDecay(0).build();

    List<StepReport> found = fit(narrow, configuration, 200);
    List<StepReport> expected = fit(wide, configuration, 200);

    double gained = expected.get(0).loss() - expected.get(199).loss();
    assertThat(gained).isGreaterThan(0.02);
    assertThat(found.get(199).loss()).isEqualTo(expected.get(199).loss(), within(0.1 * gained));
  }

  @Test
  void stochasticRoundingIsDecidedByTheSeed() {
    assertThat(bitsAfterTraining(5)).isEqualTo(bitsAfterTraining(5));
    assertThat(bitsAfterTraining(5)).isNotEqualTo(bitsAfterTraining(6));
  }

  private static List<Long> bitsAfterTraining(long seed) {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, CONFIG, 1);
    fit(model, configuration(NarrowUpdate.STOCHASTIC_ROUNDING).seed(seed).build(), 2);
    List<Long> bits = new ArrayList<>();
    TinyLlama.weights(model.graph())
        .forEach(
            (name, weight) -> {
              for (long number : Bits.of(weight.castTo(DataType.FLOAT))) {
                bits.add(number);
              }
            });
    return bits;
  }

  @ParameterizedTest
  @EnumSource(NarrowUpdate.class)
  void frozenLayersKeepTheirBits(NarrowUpdate update) {
    LanguageModel model = TinyLlama.stored(StorageType.BF16, CONFIG, 1);
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    fit(
        model,
        configuration(update).method(Method.LISA).fixedSchedule(List.of(List.of(1))).build(),
        3);
    List<String> unchanged = new ArrayList<>();
    TinyLlama.weights(model.graph())
        .forEach(
            (name, weight) -> {
              if (weight.equalsWithEps(before.get(name), 0)) {
                unchanged.add(name);
              }
            });
    assertThat(unchanged)
        .containsExactlyInAnyOrderElementsOf(TinyLlama.variables(model.layers(), 0, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BF16", "F16"})
  void matricesTakeHalfTheMemory(StorageType storage) {
    MemoryReport wide =
        fit(
                TinyLlama.rounded(storage, CONFIG, 1),
                configuration(NarrowUpdate.STOCHASTIC_ROUNDING).build(),
                1)
            .get(0)
            .memory();
    MemoryReport narrow =
        fit(
                TinyLlama.stored(storage, CONFIG, 1),
                configuration(NarrowUpdate.STOCHASTIC_ROUNDING).build(),
                1)
            .get(0)
            .memory();

    long norms = (2 * TinyLlama.LAYERS + 1) * 16 * 4L;
    assertThat(narrow.weights() - norms).isEqualTo((wide.weights() - norms) / 2);
    assertThat(narrow.optimizer()).isEqualTo(wide.optimizer());
  }

  @Test
  void mastersAreHeldForWhatTrainsOnlyAndCounted() {
    List<List<Integer>> schedule = List.of(List.of(0), List.of(1), List.of(2));
    FineTuneConfiguration.FineTuneConfigurationBuilder sampled =
        configuration(NarrowUpdate.MASTERS)
            .method(Method.LISA)
            .interval(1)
            .fixedSchedule(schedule)
            .frozenState(FrozenState.DROPPED);
    LanguageModel model = TinyLlama.stored(StorageType.BF16, CONFIG, 1);
    List<StepReport> masters = fit(model, sampled.build(), 3);
    List<StepReport> none =
        fit(
            TinyLlama.stored(StorageType.BF16, CONFIG, 1),
            sampled.narrowUpdate(NarrowUpdate.STOCHASTIC_ROUNDING).build(),
            3);

    long layer = 2 * 16 * 16 + 2 * 8 * 16 + 3 * 24 * 16;
    long ends = 2 * TinyLlama.VOCABULARY * 16;
    for (int step = 0; step < 3; step++) {
      assertThat(masters.get(step).memory().optimizer() - none.get(step).memory().optimizer())
          .isEqualTo(4 * (layer + ends));
    }
  }

  @ParameterizedTest
  @EnumSource(NarrowUpdate.class)
  void aWeightThatOutgrowsItsTypeStopsTheRun(NarrowUpdate update) {
    LanguageModel model = TinyLlama.stored(StorageType.F16, CONFIG, 1);
    FineTuneConfiguration configuration = configuration(update).updater(updater(1e6)).build();

    assertThatThrownBy(() -> fit(model, configuration, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "Training stopped at step 0 in \".*\": .* is too large for its type, HALF: try a smaller"
                + " learning rate, or store the weights in a wider type\\.");
  }

  @Test
  void lossLogitsAndScoresAreThoseOfTheRoundedWeights() {
    LanguageModel narrow = TinyLlama.stored(StorageType.BF16, CONFIG, 1);
    LanguageModel rounded = TinyLlama.rounded(StorageType.BF16, CONFIG, 1);
    try (Evaluator found = new Evaluator(narrow);
        Evaluator expected = new Evaluator(rounded);
        Batch batch = DATA.batch(0)) {
      assertThat(found.evaluate(DATA).loss())
          .isEqualTo(expected.evaluate(DATA).loss(), within(1e-6));
      assertThat(found.logits(batch)).isEqualTo(expected.logits(batch));
    }
    for (String metric :
        List.of(
            "outlier-ratio",
            "block-influence",
            "relative-magnitude",
            "weight-norm",
            "hill-alpha")) {
      double[] found = CalibrationPass.score(narrow, DATA, LayerMetric.of(metric, 3)).toArray();
      double[] expected = CalibrationPass.score(rounded, DATA, LayerMetric.of(metric, 3)).toArray();
      assertThat(found).as(metric).containsExactly(expected, within(1e-9));
    }
  }
}
