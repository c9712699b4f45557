package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class RandomWeightsTest {
  private static final HuggingFaceConfig CONFIG = TinyModels.llama().initializerRange(0.02).build();
  private static final String MATRIX = "model.layers.0.mlp.up_proj.weight";

  private final WeightSource weights = new RandomWeights(CONFIG, 5);

  @Test
  void matricesAreNormalWithTheStandardDeviationOfTheConfiguration() {
    INDArray matrix = weights.weight(MATRIX, 300, 400);

    assertThat(matrix.meanNumber().doubleValue()).isCloseTo(0, within(3e-4));
    assertThat(matrix.stdNumber().doubleValue()).isCloseTo(0.02, within(2e-4));
    double within1 = matrix.lt(0.02).castTo(matrix.dataType()).meanNumber().doubleValue();
    assertThat(within1).isCloseTo(0.8413, within(5e-3));
  }

  @Test
  void normsAreOneAndBiasesZero() {
    assertThat(weights.weight("model.norm.weight", 4).toFloatVector()).containsOnly(1f);
    assertThat(weights.weight("model.layers.3.input_layernorm.weight", 4).toFloatVector())
        .containsOnly(1f);
    assertThat(weights.weight("model.layers.3.self_attn.q_proj.bias", 4).toFloatVector())
        .containsOnly(0f);
  }

  @Test
  void theSameSeedGivesTheSameWeightsInAnyOrder() {
    WeightSource again = new RandomWeights(CONFIG, 5);
    again.weight("lm_head.weight", 7, 3);

    assertThat(again.weight(MATRIX, 5, 6)).isEqualTo(weights.weight(MATRIX, 5, 6));
  }

  @Test
  void otherSeedsAndOtherNamesGiveOtherWeights() {
    INDArray matrix = weights.weight(MATRIX, 5, 6);

    assertThat(new RandomWeights(CONFIG, 6).weight(MATRIX, 5, 6)).isNotEqualTo(matrix);
    assertThat(weights.weight("model.layers.1.mlp.up_proj.weight", 5, 6)).isNotEqualTo(matrix);
  }
}
