package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.Layer;
import org.owlore.graph.LinearWeight;

class LlamaGraphTest {
  private static final double TOLERANCE = 2e-5;

  static Stream<Arguments> families() {
    return Stream.of(
        Arguments.of("grouped queries", TinyModels.llama().build()),
        Arguments.of("a key head for each query head", TinyModels.llama().keyValueHeads(4).build()),
        Arguments.of("one key head for all", TinyModels.llama().keyValueHeads(1).build()),
        Arguments.of(
            "heads wider than hidden / heads", TinyModels.llama().headDimension(10).build()),
        Arguments.of("tied head", TinyModels.llama().tiedEmbedding(true).build()),
        Arguments.of("biases", TinyModels.llama().attentionBias(true).mlpBias(true).build()),
        Arguments.of(
            "Llama 3 rope scaling",
            TinyModels.llama().ropeScaling(new RopeScaling.Llama3(8, 1, 4, 16)).build()),
        Arguments.of(
            "linear rope scaling",
            TinyModels.llama().ropeScaling(new RopeScaling.Linear(4)).build()),
        Arguments.of(
            "Mistral with a sliding window",
            TinyModels.llama()
                .architecture(Architecture.MISTRAL)
                .slidingWindows(List.of(3, 3))
                .build()),
        Arguments.of("Qwen2", TinyModels.llama().architecture(Architecture.QWEN2).build()),
        Arguments.of(
            "Qwen2 with a sliding window in the upper layer",
            TinyModels.llama()
                .architecture(Architecture.QWEN2)
                .slidingWindows(List.of(HuggingFaceConfig.NO_WINDOW, 2))
                .build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("families")
  void logitsAreThoseOfPlainLoops(String name, HuggingFaceConfig config) {
    LanguageModel model = TinyModels.random(config, name.hashCode());
    int[][] tokens = TinyModels.randomTokens(3, 9, name.length());

    INDArray logits = TinyModels.logits(model, tokens, TinyModels.filled(3, 9, 1));

    assertThat(logits.shape()).containsExactly(3, 9, TinyModels.VOCABULARY);
    NaiveLlama naive = new NaiveLlama(config, model);
    for (int row = 0; row < tokens.length; row++) {
      double[][] expected = naive.logits(tokens[row]);
      for (int t = 0; t < expected.length; t++) {
        assertThat(TinyModels.at(logits, row, t)).containsExactly(expected[t], within(TOLERANCE));
      }
    }
  }

  @Test
  void oneRowOfOneTokenWorks() {
    HuggingFaceConfig config = TinyModels.llama().build();
    LanguageModel model = TinyModels.random(config, 1);

    INDArray logits = TinyModels.logits(model, new int[][] {{5}}, new int[][] {{1}});

    double[] expected = new NaiveLlama(config, model).logits(new int[] {5})[0];
    assertThat(TinyModels.at(logits, 0, 0)).containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void oneGraphTakesAnyBatchAndLengthOneAfterAnother() {
    HuggingFaceConfig config = TinyModels.llama().build();
    LanguageModel model = TinyModels.random(config, 2);
    NaiveLlama naive = new NaiveLlama(config, model);
    for (int[] size : new int[][] {{2, 7}, {1, 64}, {5, 2}}) {
      int[][] tokens = TinyModels.randomTokens(size[0], size[1], 3);
      INDArray logits = TinyModels.logits(model, tokens, TinyModels.filled(size[0], size[1], 1));
      double[] expected = naive.logits(tokens[size[0] - 1])[size[1] - 1];
      assertThat(TinyModels.at(logits, size[0] - 1, size[1] - 1))
          .containsExactly(expected, within(TOLERANCE));
    }
  }

  @Test
  void weightsCarryTheirHuggingFaceNames() {
    LanguageModel model = TinyModels.random(TinyModels.llama().layers(1).build(), 3);

    assertThat(model.graph().variables())
        .filteredOn(variable -> variable.getVariableType() == VariableType.VARIABLE)
        .extracting(SDVariable::name)
        .containsExactlyInAnyOrder(
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.k_proj.weight",
            "model.layers.0.self_attn.v_proj.weight",
            "model.layers.0.self_attn.o_proj.weight",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.mlp.gate_proj.weight",
            "model.layers.0.mlp.up_proj.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.norm.weight",
            "lm_head.weight");
  }

  @Test
  void theLayerMapListsEveryWeightOnceAndNamesRealActivations() {
    HuggingFaceConfig config = TinyModels.llama().attentionBias(true).mlpBias(true).build();
    LanguageModel model = TinyModels.random(config, 4);

    Stream<String> ofLayers =
        model.layers().layers().stream().flatMap(layer -> layer.variables().stream());
    Stream<String> ofEnds =
        Stream.of(model.layers().embedding(), model.layers().finalNorm(), model.layers().head())
            .flatMap(List::stream);
    assertThat(Stream.concat(ofLayers, ofEnds))
        .containsExactlyInAnyOrderElementsOf(ParameterShapes.of(config).keySet());
    for (Layer layer : model.layers().layers()) {
      assertThat(layer.linears())
          .extracting(LinearWeight::name)
          .extracting(name -> name.replaceAll(".*\\.(\\w+)_proj.*", "$1"))
          .containsExactly("q", "k", "v", "o", "gate", "up", "down");
      assertThat(layer.linears())
          .extracting(LinearWeight::input)
          .allMatch(model.graph()::hasVariable);
      assertThat(List.of(layer.input(), layer.output())).allMatch(model.graph()::hasVariable);
    }
    assertThat(model.layers().layers().get(0).output())
        .isEqualTo(model.layers().layers().get(1).input());
  }

  @Test
  void aTiedHeadIsListedUnderTheEmbeddingOnly() {
    LanguageModel model = TinyModels.random(TinyModels.llama().tiedEmbedding(true).build(), 5);

    assertThat(model.layers().head()).isEmpty();
    assertThat(model.graph().hasVariable("lm_head.weight")).isFalse();
  }

  @Test
  void aSourceWithTheWrongShapeIsRefused() {
    HuggingFaceConfig config = TinyModels.llama().build();
    HuggingFaceConfig wider = TinyModels.llama().vocabularySize(24).build();
    WeightSource wrong =
        (name, shape) ->
            new RandomWeights(config, 0)
                .weight(
                    name, ParameterShapes.of(wider).get(name).stream().mapToLong(s -> s).toArray());

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> LlamaGraph.build(config, wrong))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Weight model.embed_tokens.weight has shape [24, 24], but config.json asks for [23, 24].");
  }
}
