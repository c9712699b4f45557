package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNumbersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.layers.N.self_attn.q_proj.weight",
        "transformer.h.N.attn.c_attn.weight",
        "gpt_neox.layers.N.attention.dense.weight",
        "model.decoder.layers.N.fc1.weight",
        "bert.encoder.layer.N.attention.self.query.weight",
        "distilbert.transformer.layer.N.ffn.lin1.weight",
        "encoder.block.N.layer.0.SelfAttention.q.weight",
        "vision_model.encoder.layers.N.mlp.fc1.weight",
        "vit.encoder.layer.N.output.dense.weight",
        "transformer.blocks.N.ffn.up_proj.weight",
        "blocks.N.attn.qkv.weight",
        "bert/encoder/layer_N/attention/self/query/kernel",
        "tf_bert_model/bert/encoder/layer_._N/intermediate/dense/kernel:0",
        "transformer_N/attention/kernel",
        "gpt2/transformer/h_._N/attn/c_attn/weight:0",
        "encoder_layer_N/dense/kernel",
        "layerN.weight",
        "layersN/w"
      })
  void theUsualNamesTellTheLayer(String name) {
    List<String> variables =
        IntStream.range(0, 11).mapToObj(i -> name.replace("N", Integer.toString(i))).toList();

    LayerNumbers numbers = LayerNumbers.usual(variables).orElseThrow();

    assertThat(numbers.size()).isEqualTo(11);
    IntStream.range(0, 11)
        .forEach(i -> assertThat(numbers.byVariable()).containsEntry(variables.get(i), i));
  }

  @ParameterizedTest
  @ValueSource(strings = {"weight_N", "variable_N", "w.N.bias", "graph.N", "player.N.w", "ch.N.w"})
  void otherNumbersTellNothing(String name) {
    List<String> variables =
        IntStream.range(0, 4).mapToObj(i -> name.replace("N", Integer.toString(i))).toList();

    assertThat(LayerNumbers.usual(variables)).isEmpty();
  }

  @Test
  void theNumberThatMostVariablesHaveWins() {
    LayerNumbers numbers =
        LayerNumbers.usual(
                List.of(
                    "layers.0.experts.layers.0.w",
                    "layers.0.experts.layers.1.w",
                    "layers.0.norm",
                    "layers.1.experts.layers.0.w",
                    "layers.1.experts.layers.1.w",
                    "head.layers.0.w"))
            .orElseThrow();

    assertThat(numbers.size()).isEqualTo(2);
    assertThat(numbers.byVariable())
        .containsEntry("layers.0.experts.layers.1.w", 0)
        .containsEntry("layers.1.experts.layers.0.w", 1)
        .doesNotContainKey("head.layers.0.w");
  }

  @Test
  void numbersWithAGapTellNothing() {
    assertThat(LayerNumbers.usual(List.of("layers.0.w", "layers.2.w"))).isEmpty();
    assertThat(LayerNumbers.usual(List.of("layers.1.w", "layers.2.w"))).isEmpty();
  }

  @Test
  void aPatternTellsTheLayer() {
    LayerNumbers numbers =
        LayerNumbers.matching("part(\\d+)x", List.of("part0x.w", "part1x.w", "part1x.v", "other"));

    assertThat(numbers)
        .isEqualTo(new LayerNumbers(Map.of("part0x.w", 0, "part1x.w", 1, "part1x.v", 1), 2));
  }

  @Test
  void aPatternThatMatchesNothingIsRefusedWithANameItMissed() {
    assertRefused("layers\\.(\\d+)", "matches none of the 3 trainable variables", "\"a1\"");
  }

  @Test
  void aPatternThatLeavesALayerOutIsRefusedWithItsNumber() {
    assertRefused("[ac](\\d+)", "[1, 3] but not 0");
  }

  @Test
  void aPatternWithoutExactlyOneGroupIsRefused() {
    assertRefused("a\\d+", "has 0 groups instead of one");
    assertRefused("(a)(\\d+)", "has 2 groups instead of one");
  }

  @Test
  void aMalformedPatternIsRefused() {
    assertRefused("a(\\d+", "is no regular expression");
  }

  @Test
  void aPatternWhoseGroupIsNoNumberIsRefused() {
    assertRefused("(.)1", "finds \"a\" in \"a1\"");
    assertRefused("a1(0)?", "finds \"null\" in \"a1\"");
    assertRefused("a1|b(\\d+)", "finds \"null\" in \"a1\"");
  }

  private static void assertRefused(String pattern, String... reasons) {
    assertThatThrownBy(() -> LayerNumbers.matching(pattern, List.of("a1", "b2", "c3")))
        .isInstanceOf(LayersNotFoundException.class)
        .hasMessageContaining("layer pattern \"" + pattern + "\"")
        .hasMessageContainingAll(reasons)
        .hasMessageContaining("an example is");
  }
}
