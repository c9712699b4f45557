package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.sampling.Draw;
import org.owlore.testing.TinyLlama;

class FineTunerTest extends FineTunerFixture {

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
}
