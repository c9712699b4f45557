package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.GradientCheck;
import org.owlore.graph.GraphPreparation;
import org.owlore.graph.LanguageModel;

/** Every weight has the gradient that finite differences find. */
class LlamaGraphGradientTest {
  private static final int IGNORED = LanguageModel.IGNORED_LABEL;

  /** Two packed documents and padding; labels with gaps. */
  private static final int[][] TOKENS = {{3, 1, 4, 1, 5, 9, 2, 6}, {7, 2, 2, 8, 11, 20, 0, 0}};

  private static final int[][] DOCUMENTS = {{1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 2, 2, 2, 0, 0}};
  private static final int[][] LABELS = {
    {1, 4, IGNORED, 5, 9, 2, 6, 10}, {2, 2, IGNORED, 11, 20, 5, IGNORED, IGNORED}
  };

  static Stream<Arguments> differentGraphs() {
    return Stream.of(
        Arguments.of("tied head", TinyModels.llama().tiedEmbedding(true).build()),
        Arguments.of("biases", TinyModels.llama().attentionBias(true).mlpBias(true).build()),
        Arguments.of(
            "sliding window",
            TinyModels.llama()
                .architecture(Architecture.QWEN2)
                .slidingWindows(List.of(HuggingFaceConfig.NO_WINDOW, 2))
                .build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differentGraphs")
  void gradientsAreRight(String name, HuggingFaceConfig config) {
    LanguageModel model = TinyModels.random(config, name.hashCode());
    GraphPreparation.prepare(model.graph());

    GradientCheck.Report report =
        GradientCheck.builder()
            .loss(model.loss())
            .entries(1)
            .build()
            .check(
                model.graph(),
                Map.of(
                    LanguageModel.INPUT_IDS, Nd4j.createFromArray(TOKENS),
                    LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(DOCUMENTS),
                    LanguageModel.LABELS, Nd4j.createFromArray(LABELS)));

    assertThat(report.entries().stream().filter(entry -> !entry.right())).isEmpty();
    assertThat(
            report.entries().stream()
                .map(GradientCheck.Entry::variable)
                .collect(Collectors.toSet()))
        .isEqualTo(ParameterShapes.of(config).keySet());
  }
}
