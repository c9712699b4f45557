package org.owlore.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.sampling.LayerDistribution;
import org.owlore.testing.Bits;
import org.owlore.testing.TinyLlama;

class FineTunerFailureTest extends FineTunerFixture {

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
