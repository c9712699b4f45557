package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.LossRecorder;
import org.owlore.testing.StockBatches;
import org.owlore.testing.TinyLlama;

class OutlierWeighedLayerSamplerTest extends StockFitFixture {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"LISA", "OWLORE_FULL_RANK", "OWLORE"})
  void stockFitFollowsTheFineTunerStepByStep(Method method) {
    LanguageModel twin = TinyLlama.untied(1);
    FineTuneConfiguration configuration =
        FineTuneConfiguration.builder()
            .method(method)
            .updater(galore().build())
            .distribution(LayerDistribution.uniform(TinyLlama.LAYERS))
            .fixedSchedule(BLOCKS)
            .interval(INTERVAL)
            .build();
    FineTuneReport expected;
    try (FineTuner tuner = new FineTuner(twin, configuration)) {
      expected = tuner.fit(DATA, STEPS, StepListener.NONE);
    }
    configure(graph, method.lowRank() ? galore().build() : galore().rank(1000).build());
    OutlierWeighedLayerSampler sampler = sampler(BLOCKS);

    List<Double> losses = fit(graph, 0, STEPS, sampler);

    for (int step = 0; step < STEPS; step++) {
      assertThat(losses.get(step)).isCloseTo(expected.losses().get(step), within(1e-5));
    }
    assertThat(sampler.changedWeights()).isEqualTo(expected.changed());
    TinyLlama.weights(graph)
        .forEach(
            (name, weight) ->
                assertThat(weight.distance2(twin.graph().getArrForVarName(name)))
                    .as(name)
                    .isLessThan(1e-4));
  }

  static Stream<IUpdater> updaters() {
    return Stream.of(new Adam(0.01), new Sgd(0.1), new Nesterovs(0.01, 0.9), galore().build());
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void frozenLayersKeepTheirBitsWithAnyUpdater(IUpdater updater) {
    configure(graph, updater);
    Map<String, INDArray> before = TinyLlama.weights(graph);
    OutlierWeighedLayerSampler sampler = sampler(List.of(List.of(1), List.of(1)));

    fit(graph, 0, 3, sampler);

    List<String> trained =
        Stream.concat(
                TinyLlama.variables(model.layers(), 1).stream(),
                TinyLlama.ends(model.layers()).stream())
            .toList();
    assertThat(TinyLlama.changed(graph, before)).containsExactlyInAnyOrderElementsOf(trained);
    assertThat(sampler.changedWeights()).containsExactlyInAnyOrderElementsOf(trained);
  }

  /** Adam moves a weight by its momentum even where the gradient is 0. */
  @Test
  void aLayerThatFreezesStopsAtOnceThoughItsMomentumIsNotZero() {
    configure(graph, new Adam(0.01));
    OutlierWeighedLayerSampler sampler = sampler(List.of(List.of(0), List.of(1), List.of(2)));
    fit(graph, 0, 2, sampler);
    Map<String, INDArray> before = TinyLlama.weights(graph);

    fit(graph, 2, 4, sampler);

    assertThat(TinyLlama.changed(graph, before))
        .doesNotContainAnyElementsOf(TinyLlama.variables(model.layers(), 0, 2))
        .containsAll(TinyLlama.variables(model.layers(), 1));
  }

  @Test
  void theEndsOfTheModelCanBeSwitchedOff() {
    configure(graph, new Adam(0.01));
    Map<String, INDArray> before = TinyLlama.weights(graph);
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .layers(model.layers())
            .schedule(interval -> List.of(2))
            .trainEmbedding(false)
            .trainFinalNorm(false)
            .trainHead(false)
            .build();

    fit(graph, 0, 3, sampler);

    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(TinyLlama.variables(model.layers(), 2));
  }

  @Test
  void withoutTheListenerEverythingTrainsAgain() {
    configure(graph, new Adam(0.01));
    fit(graph, 0, 2, sampler(BLOCKS));
    Map<String, INDArray> before = TinyLlama.weights(graph);

    fit(graph, 2, 4);

    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(everything(model));
  }

  @Test
  void theSameListenerServesOneFitAfterAnother() {
    LanguageModel twin = TinyLlama.untied(1);
    configure(twin.graph(), galore().build());
    List<Double> inOne = fit(twin.graph(), 0, STEPS, sampler(BLOCKS));
    configure(graph, galore().build());
    OutlierWeighedLayerSampler sampler = sampler(BLOCKS);

    List<Double> first = fit(graph, 0, 3, sampler);
    assertThat(sampler.changedWeights()).hasSizeGreaterThan(0);
    List<Double> second = fit(graph, 3, STEPS, sampler);

    assertThat(Stream.concat(first.stream(), second.stream()).toList()).isEqualTo(inOne);
  }

  @Test
  void aRunOverSeveralEpochsDrawsOnThroughThem() {
    configure(graph, galore().build());
    LossRecorder recorder = new LossRecorder();
    graph.fit(new StockBatches(DATA, 0, 4), 2, sampler(BLOCKS), recorder);
    assertThat(recorder.losses()).hasSize(8).allMatch(loss -> loss > 0);
  }

  @Test
  void anIntervalWithoutLayersTrainsTheEndsAlone() {
    configure(graph, new Adam(0.01));
    Map<String, INDArray> before = TinyLlama.weights(graph);
    fit(graph, 0, 2, sampler(List.of(List.of())));
    assertThat(TinyLlama.changed(graph, before))
        .containsExactlyInAnyOrderElementsOf(TinyLlama.ends(model.layers()));
  }

  @Test
  void anIntervalInWhichNothingTrainsMeasuresTheLoss() {
    configure(graph, new Adam(0.01));
    Map<String, INDArray> before = TinyLlama.weights(graph);
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .layers(model.layers())
            .schedule(interval -> List.of())
            .trainEmbedding(false)
            .trainFinalNorm(false)
            .trainHead(false)
            .build();

    List<Double> losses = fit(graph, 0, 2, sampler);

    assertThat(losses).hasSize(2).allMatch(loss -> loss > 1);
    assertThat(TinyLlama.changed(graph, before)).isEmpty();
  }

  @Test
  void aGraphWhoseGradientsWereDerivedBeforePreparationTrainsRightly() {
    LanguageModel prepared = TinyLlama.untied(1);
    GraphPreparation.prepare(prepared.graph());
    configure(prepared.graph(), galore().build());
    List<Double> expected = fit(prepared.graph(), 0, STEPS, sampler(BLOCKS));
    graph.createGradFunction();
    configure(graph, galore().build());

    List<Double> losses = fit(graph, 0, STEPS, sampler(BLOCKS));

    assertThat(losses).isEqualTo(expected);
  }

  @Test
  void aRunThatIsSavedAndLoadedGoesOnAsIfItHadNotStopped() {
    LanguageModel twin = TinyLlama.untied(1);
    configure(twin.graph(), galore().build());
    List<Double> uninterrupted = fit(twin.graph(), 0, STEPS, sampler(BLOCKS));
    configure(graph, galore().build());
    fit(graph, 0, 3, sampler(BLOCKS));
    File file = folder.resolve("graph").toFile();

    graph.save(file, true);
    SameDiff loaded = SameDiff.load(file, true);
    List<Double> losses = fit(loaded, 3, STEPS, sampler(BLOCKS));

    assertThat(losses).isEqualTo(uninterrupted.subList(3, STEPS));
  }

  @Test
  void aSampledLayerThatDoesNotChangeIsAnError() {
    configure(graph, new Sgd(0));
    assertThatThrownBy(() -> fit(graph, 0, 2, sampler(BLOCKS)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Layer 0 was sampled but none of its weights changed: check that the loss depends on it"
                + " and that the learning rate is not too small for float32.");
  }

  @Test
  void aLayerThatTheModelDoesNotHaveIsNamed() {
    configure(graph, new Sgd(0.1));
    OutlierWeighedLayerSampler sampler =
        OutlierWeighedLayerSampler.builder()
            .layers(model.layers())
            .schedule(interval -> List.of(3))
            .build();
    assertThatThrownBy(() -> fit(graph, 0, 2, sampler))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Layer 3 is to be trained, but the model has layers 0 to 2: make the schedule for this"
                + " model.");
  }

  @Test
  void gradientsOfAGraphThatCarriesTheListenerCanBeComputed() {
    GraphPreparation.prepare(graph);
    graph.setListeners(sampler(BLOCKS));
    try (Batch batch = DATA.batch(0)) {
      Map<String, INDArray> gradients =
          graph.calculateGradients(batch.placeholders(), "model.norm.weight");
      assertThat(gradients).containsOnlyKeys("model.norm.weight");
    }
  }
}
