package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.Draw;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.Bits;
import org.owlore.testing.TinyLlama;

class FineTunerTest {
  private static final BatchSource DATA = TinyLlama.batches(3, 3, 6);

  private LanguageModel model = TinyLlama.untied(1);

  private static GaLoreUpdater.GaLoreUpdaterBuilder galore() {
    return GaLoreUpdater.builder().learningRate(0.01).rank(4).refreshInterval(3);
  }

  private static FineTuneConfiguration.FineTuneConfigurationBuilder configuration(Method method) {
    return FineTuneConfiguration.builder()
        .method(method)
        .updater(galore().build())
        .distribution(LayerDistribution.proportionalTo(3, 1, 2))
        .gamma(2)
        .interval(2);
  }

  private FineTuneReport fit(FineTuneConfiguration configuration, long steps) {
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      return tuner.fit(DATA, steps, StepListener.NONE);
    }
  }

  private List<String> everything() {
    return Stream.concat(
            TinyLlama.variables(model.layers(), 0, 1, 2).stream(),
            TinyLlama.ends(model.layers()).stream())
        .toList();
  }

  private List<String> layersAndEnds(int... layers) {
    return Stream.concat(
            TinyLlama.variables(model.layers(), layers).stream(),
            TinyLlama.ends(model.layers()).stream())
        .toList();
  }

  // Which weights train

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"FULL", "GALORE"})
  void aMethodThatDoesNotSampleTrainsEverything(Method method) {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    FineTuneReport report = fit(configuration(method).build(), 1);
    assertThat(TinyLlama.changed(model.graph(), before))
        .containsExactlyInAnyOrderElementsOf(everything());
    assertThat(report.sampled()).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"LISA", "LISA_D", "OWLORE_FULL_RANK", "OWLORE"})
  void aMethodThatSamplesTrainsTheSampledLayersAndTheEnds(Method method) {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    FineTuneReport report = fit(configuration(method).gamma(1).interval(4).build(), 3);
    assertThat(report.sampled()).hasSize(1);
    int sampled = report.sampled().iterator().next();
    assertThat(TinyLlama.changed(model.graph(), before))
        .containsExactlyInAnyOrderElementsOf(layersAndEnds(sampled));
    assertThat(report.changed()).containsExactlyInAnyOrderElementsOf(layersAndEnds(sampled));
  }

  @Test
  void theLayersOfAFixedScheduleTrainIntervalByInterval() {
    List<List<Integer>> active = new ArrayList<>();
    FineTuneConfiguration configuration =
        configuration(Method.OWLORE).fixedSchedule(List.of(List.of(2, 0), List.of(1))).build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(DATA, 4, report -> active.add(report.active()));
    }
    assertThat(active).containsExactly(List.of(0, 2), List.of(0, 2), List.of(1), List.of(1));
  }

  @Test
  void embeddingFinalNormAndHeadCanBeSwitchedOff() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    FineTuneConfiguration configuration =
        configuration(Method.LISA)
            .fixedSchedule(List.of(List.of(1)))
            .trainEmbedding(false)
            .trainFinalNorm(false)
            .trainHead(false)
            .build();
    fit(configuration, 2);
    assertThat(TinyLlama.changed(model.graph(), before))
        .containsExactlyInAnyOrderElementsOf(TinyLlama.variables(model.layers(), 1));
  }

  @Test
  void eachEndIsSwitchedOffOnItsOwn() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    fit(configuration(Method.FULL).trainEmbedding(false).build(), 1);
    assertThat(TinyLlama.changed(model.graph(), before))
        .doesNotContain("model.embed_tokens.weight")
        .contains("model.norm.weight", "lm_head.weight");
  }

  @Test
  void aTiedHeadTrainsWithTheEmbedding() {
    model = TinyLlama.tied(2);
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    fit(configuration(Method.LISA).fixedSchedule(List.of(List.of(0))).build(), 2);
    assertThat(TinyLlama.changed(model.graph(), before))
        .contains("model.embed_tokens.weight")
        .doesNotContainAnyElementsOf(TinyLlama.variables(model.layers(), 1, 2));
  }

  @Test
  void anIntervalWithoutLayersTrainsTheEndsAlone() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    FineTuneReport report =
        fit(configuration(Method.LISA).fixedSchedule(List.of(List.of())).build(), 2);
    assertThat(TinyLlama.changed(model.graph(), before))
        .containsExactlyInAnyOrderElementsOf(TinyLlama.ends(model.layers()));
    assertThat(report.sampled()).isEmpty();
  }

  @Test
  void anIntervalInWhichNothingTrainsMeasuresTheLoss() {
    FineTuneReport report =
        fit(
            configuration(Method.LISA)
                .fixedSchedule(List.of(List.of(), List.of(1)))
                .trainEmbedding(false)
                .trainFinalNorm(false)
                .trainHead(false)
                .build(),
            3);
    assertThat(report.losses()).hasSize(3).allMatch(loss -> loss > 1);
    assertThat(report.changed())
        .containsExactlyInAnyOrderElementsOf(TinyLlama.variables(model.layers(), 1));
  }

  // Whether they train rightly

  @ParameterizedTest
  @EnumSource(Method.class)
  void everyMethodMemorizesASmallText(Method method) {
    FineTuneReport report = fit(configuration(method).build(), 60);
    double first = report.losses().subList(0, 3).stream().mapToDouble(d -> d).average().orElse(0);
    double last = report.losses().subList(57, 60).stream().mapToDouble(d -> d).average().orElse(0);
    assertThat(last).isLessThan(0.7 * first);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void samplingEveryLayerByScoreIsFullTraining(boolean tied) {
    model = tied ? TinyLlama.tied(3) : TinyLlama.untied(3);
    FineTuneReport full = fit(configuration(Method.FULL).build(), 5);
    Map<String, INDArray> expected = TinyLlama.weights(model.graph());
    model = tied ? TinyLlama.tied(3) : TinyLlama.untied(3);
    FineTuneReport sampled = fit(configuration(Method.OWLORE_FULL_RANK).gamma(3).build(), 5);
    assertThat(sampled.losses()).isEqualTo(full.losses());
    assertThat(TinyLlama.changed(model.graph(), expected)).isEmpty();
  }

  @Test
  void samplingEveryLayerInALowRankIsGalore() {
    List<Double> galore = fit(configuration(Method.GALORE).build(), 5).losses();
    model = TinyLlama.untied(1);
    assertThat(fit(configuration(Method.OWLORE).gamma(3).build(), 5).losses()).isEqualTo(galore);
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    FineTuneConfiguration configuration = configuration(Method.OWLORE).gamma(1).seed(7).build();
    List<Double> first = fit(configuration, 8).losses();
    Map<String, INDArray> weights = TinyLlama.weights(model.graph());
    model = TinyLlama.untied(1);
    assertThat(fit(configuration, 8).losses()).isEqualTo(first);
    assertThat(TinyLlama.changed(model.graph(), weights)).isEmpty();
  }

  @Test
  void anotherSeedDrawsOtherLayers() {
    List<List<Integer>> draws = new ArrayList<>();
    for (long seed = 0; seed < 2; seed++) {
      try (FineTuner tuner =
          new FineTuner(
              model, configuration(Method.LISA).gamma(1).interval(1).seed(seed).build())) {
        List<Integer> drawn = new ArrayList<>();
        tuner.fit(DATA, 12, report -> drawn.addAll(report.active()));
        draws.add(drawn);
      }
    }
    assertThat(draws.get(0)).hasSize(12).isNotEqualTo(draws.get(1));
  }

  @Test
  void aBernoulliDrawVariesInSize() {
    List<Integer> sizes = new ArrayList<>();
    FineTuneConfiguration configuration =
        configuration(Method.LISA).draw(Draw.BERNOULLI).interval(1).build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(DATA, 20, report -> sizes.add(report.active().size()));
    }
    assertThat(sizes.stream().distinct().count()).isGreaterThan(1);
  }

  // Batches

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

  private interface Steps {
    Batch batch(long step);
  }

  private static BatchSource source(Steps steps) {
    return new BatchSource() {
      @Override
      public long stepsPerEpoch() {
        return 2;
      }

      @Override
      public Batch batch(long step) {
        return steps.batch(step);
      }
    };
  }

  private List<Double> fitOne(java.util.function.Supplier<Batch> batch) {
    try (FineTuner tuner = new FineTuner(model, configuration(Method.FULL).build())) {
      return tuner.fit(source(step -> batch.get()), 1, StepListener.NONE).losses();
    }
  }

  // Optimizer

  @Test
  void weightDecayShrinksWeightsByLearningRateTimesDecay() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    fit(configuration(Method.FULL).build(), 1);
    Map<String, INDArray> without = TinyLlama.weights(model.graph());
    model = TinyLlama.untied(1);
    fit(configuration(Method.FULL).weightDecay(0.5).build(), 1);
    Map<String, INDArray> with = TinyLlama.weights(model.graph());
    without.forEach(
        (name, weight) ->
            assertThat(with.get(name).distance2(weight.mul(1 - 0.01 * 0.5)))
                .as(name)
                .isLessThan(1e-5 * (1 + before.get(name).norm2Number().doubleValue())));
  }

  @Test
  void aScheduleChangesTheLearningRateFromStepToStep() {
    List<Double> rates = new ArrayList<>();
    GaLoreUpdater updater =
        galore()
            .learningRateSchedule(new StepSchedule(ScheduleType.ITERATION, 0.08, 0.5, 1))
            .build();
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.OWLORE).updater(updater).build())) {
      tuner.fit(DATA, 4, report -> rates.add(report.learningRate()));
    }
    assertThat(rates).containsExactly(0.08, 0.04, 0.02, 0.01);
  }

  @Test
  void aScheduleByEpochCountsTheEpochsOfTheData() {
    List<Double> rates = new ArrayList<>();
    GaLoreUpdater updater =
        galore().learningRateSchedule(new StepSchedule(ScheduleType.EPOCH, 0.08, 0.5, 1)).build();
    try (FineTuner tuner =
        new FineTuner(model, configuration(Method.FULL).updater(updater).build())) {
      tuner.fit(DATA, 4, report -> rates.add(report.learningRate()));
    }
    assertThat(rates).containsExactly(0.08, 0.08, 0.08, 0.04);
  }

  @Test
  void theStateOfAFrozenLayerIsKeptOrDropped() {
    long kept = optimizerBytes(FrozenState.KEPT);
    model = TinyLlama.untied(1);
    long dropped = optimizerBytes(FrozenState.DROPPED);
    assertThat(kept).isGreaterThan(dropped);
  }

  private long optimizerBytes(FrozenState frozenState) {
    List<Long> bytes = new ArrayList<>();
    FineTuneConfiguration configuration =
        configuration(Method.LISA)
            .fixedSchedule(List.of(List.of(0), List.of(1), List.of(2)))
            .frozenState(frozenState)
            .build();
    try (FineTuner tuner = new FineTuner(model, configuration)) {
      tuner.fit(DATA, 6, report -> bytes.add(report.memory().optimizer()));
    }
    if (frozenState == FrozenState.DROPPED) {
      assertThat(bytes.stream().distinct()).hasSize(1);
    } else {
      assertThat(bytes).isSorted();
    }
    return bytes.get(5);
  }

  @Test
  void keptStateGoesOnWhereItStopped() {
    List<List<Integer>> schedule = List.of(List.of(0), List.of(1), List.of(0));
    FineTuneConfiguration kept = configuration(Method.LISA).fixedSchedule(schedule).build();
    List<Double> losses = fit(kept, 6).losses();
    model = TinyLlama.untied(1);
    List<Double> dropped =
        fit(kept.toBuilder().frozenState(FrozenState.DROPPED).build(), 6).losses();
    assertThat(dropped.subList(0, 5)).isEqualTo(losses.subList(0, 5));
    assertThat(dropped.get(5)).isNotEqualTo(losses.get(5));
  }

  @Test
  void lowRankStateIsSmaller() {
    assertThat(optimizerBytes(Method.OWLORE)).isLessThan(optimizerBytes(Method.OWLORE_FULL_RANK));
    assertThat(optimizerBytes(Method.LISA)).isLessThan(optimizerBytes(Method.FULL));
  }

  private long optimizerBytes(Method method) {
    return fit(
            configuration(method)
                .fixedSchedule(List.of(List.of(0)))
                .updater(galore().rank(1).build())
                .build(),
            1)
        .peak()
        .optimizer();
  }

  // Reports and listeners

  @Test
  void theListenerEndsTheRun() {
    try (FineTuner tuner = new FineTuner(model, configuration(Method.LISA).build())) {
      FineTuneReport report = tuner.fit(DATA, 100, step -> step.step() < 3);
      assertThat(report.steps()).isEqualTo(4);
      assertThat(report.losses()).hasSize(4);
    }
  }

  @Test
  void everyStepIsReported() {
    List<StepReport> steps = new ArrayList<>();
    try (FineTuner tuner = new FineTuner(model, configuration(Method.LISA).build())) {
      FineTuneReport report = tuner.fit(DATA, 3, steps::add);
      assertThat(steps).extracting(StepReport::step).containsExactly(0L, 1L, 2L);
      assertThat(steps).extracting(StepReport::loss).isEqualTo(report.losses());
      assertThat(steps).extracting(StepReport::tokens).containsOnly(18L);
      assertThat(steps).allMatch(step -> step.seconds() > 0);
      long weights =
          TinyLlama.weights(model.graph()).values().stream().mapToLong(w -> 4 * w.length()).sum();
      assertThat(steps).allMatch(step -> step.memory().weights() == weights);
      assertThat(steps).allMatch(step -> step.memory().workspace() > 0);
      assertThat(report.peak().total())
          .isEqualTo(steps.stream().mapToLong(step -> step.memory().total()).max().orElse(0));
    }
  }

  @Test
  void theLossIsThatBeforeTheUpdate() {
    double before;
    try (Evaluator evaluator = new Evaluator(model);
        Batch batch = DATA.batch(0)) {
      INDArray logits = evaluator.logits(batch);
      before = NaiveLoss.of(logits, batch);
    }
    assertThat(fit(configuration(Method.FULL).build(), 1).losses().get(0))
        .isCloseTo(before, within(1e-5));
  }

  // What goes wrong

  @Test
  void aLossThatIsNotANumberStopsBeforeAnyWeightChanges() {
    model.graph().getArrForVarName("model.norm.weight").putScalar(3, Float.NaN);
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    assertThatThrownBy(() -> fit(configuration(Method.FULL).build(), 2))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "The loss is NaN at step 0: try a smaller learning rate or a longer warm-up, and look"
                + " at the data of this step.");
    assertThat(TinyLlama.changed(model.graph(), before)).isEmpty();
  }

  @Test
  void aGradientThatIsNotANumberIsNamed() {
    // Their product gives ordinary logits, but the gradient of the norm is a sum of huge numbers.
    INDArray head = model.graph().getArrForVarName("lm_head.weight");
    head.assign(Float.MAX_VALUE);
    head.getRow(7).assign(-Float.MAX_VALUE);
    model.graph().getArrForVarName("model.norm.weight").assign(1e-40);
    assertThatThrownBy(() -> fitOne(() -> TinyLlama.padded(1, new int[] {3, 7})))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Training stopped at step 0 in \"model.norm.weight\": ")
        .hasMessageContaining("NaN or infinity");
  }

  @Test
  void atLeastOneStepIsNeeded() {
    assertThatThrownBy(() -> fit(configuration(Method.FULL).build(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("At least 1 step is needed, but 0 was asked.");
  }

  @Test
  void gammaAboveTheNumberOfLayersIsRefused() {
    assertThatThrownBy(() -> new FineTuner(model, configuration(Method.LISA).gamma(4).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gamma is 4")
        .hasMessageContaining("3 layers");
  }

  @Test
  void aDistributionOverAnotherNumberOfLayersIsRefused() {
    for (int layers : new int[] {2, 4}) {
      FineTuneConfiguration configuration =
          configuration(Method.OWLORE).distribution(LayerDistribution.uniform(layers)).build();
      assertThatThrownBy(() -> new FineTuner(model, configuration))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The distribution is over "
                  + layers
                  + " layers but the model has 3: score this model.");
    }
  }

  @Test
  void aSampledLayerThatDoesNotChangeIsAnError() {
    GaLoreUpdater still = galore().learningRate(0).build();
    assertThatThrownBy(() -> fit(configuration(Method.OWLORE).updater(still).build(), 2))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching("Layer [012] was sampled but none of its weights changed: .*");
  }

  @Test
  void aScheduleThatIsTooShortIsRefusedBeforeTheFirstStep() {
    Map<String, INDArray> before = TinyLlama.weights(model.graph());
    FineTuneConfiguration configuration =
        configuration(Method.LISA).fixedSchedule(List.of(List.of(0), List.of(1))).build();
    assertThatThrownBy(() -> fit(configuration, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The layer schedule covers intervals 0 to 1 but interval 2");
    assertThat(TinyLlama.changed(model.graph(), before)).isEmpty();
    assertThat(fit(configuration, 4).steps()).isEqualTo(4);
  }

  @Test
  void aRunInWhichNothingWouldTrainIsRefused() {
    FineTuneConfiguration configuration =
        configuration(Method.LISA)
            .fixedSchedule(List.of(List.of(), List.of()))
            .trainEmbedding(false)
            .trainFinalNorm(false)
            .trainHead(false)
            .build();
    assertThatThrownBy(() -> fit(configuration, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Nothing would train in 4 steps: no layer is sampled, and embedding, final norm and"
                + " head are switched off.");
  }

  @Test
  void afterAFailedStepTheTunerGoesOn() {
    INDArray norm = model.graph().getArrForVarName("model.norm.weight");
    INDArray good = norm.dup();
    try (FineTuner tuner = new FineTuner(model, configuration(Method.OWLORE).build())) {
      norm.assign(Float.NaN);
      assertThatThrownBy(() -> tuner.fit(DATA, 2, StepListener.NONE))
          .isInstanceOf(TrainingException.class);
      norm.assign(good);
      assertThat(tuner.fit(DATA, 2, StepListener.NONE).steps()).isEqualTo(2);
    }
  }

  @Test
  void frozenWeightsKeepTheirBitsThroughALongRun() {
    long[] frozen = Bits.of(model.graph().getArrForVarName("model.layers.1.mlp.up_proj.weight"));
    fit(
        configuration(Method.OWLORE).fixedSchedule(List.of(List.of(0, 2))).interval(20).build(),
        20);
    assertThat(Bits.of(model.graph().getArrForVarName("model.layers.1.mlp.up_proj.weight")))
        .isEqualTo(frozen);
  }

  @Test
  void aLastUpdateThatGoesTooFarIsNoticed() {
    FineTuneConfiguration wild =
        configuration(Method.FULL).updater(galore().learningRate(1e39).build()).build();
    assertThatThrownBy(() -> fit(wild, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Training ended with numbers in \"")
        .hasMessageEndingWith("are infinite or no numbers: try a smaller learning rate.");
  }
}
