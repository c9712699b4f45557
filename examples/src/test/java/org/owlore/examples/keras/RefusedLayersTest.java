package org.owlore.examples.keras;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of attention and normalization cannot be imported. */
class RefusedLayersTest {

  @Test
  void attentionToAnotherSequence() {
    Map<String, Object> layer = attention("memory", 0.0, 16);

    assertThatThrownBy(() -> new MultiHeadAttentionImport(layer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "MultiHeadAttention \"attention\" attends to another sequence; only attention(x, x) can be imported.");
  }

  @Test
  void attentionWithDropout() {
    Map<String, Object> layer = attention("x", 0.1, 16);

    assertThatThrownBy(() -> new MultiHeadAttentionImport(layer))
        .hasMessage("MultiHeadAttention \"attention\" has dropout; save the model with dropout=0.");
  }

  @Test
  void attentionOverRowsOfAnyLength() {
    Map<String, Object> layer = attention("x", 0.0, null);

    assertThatThrownBy(() -> new MultiHeadAttentionImport(layer))
        .hasMessage(
            "MultiHeadAttention \"attention\" has rows of no fixed length; give the Input its length.");
  }

  @Test
  void normalizationOfAnotherAxis() {
    Map<String, Object> layer = normalization(1, true);

    assertThatThrownBy(() -> new LayerNormalizationImport(layer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "LayerNormalization \"norm\" cannot be imported: only axis -1 of sequences, with center and scale.");
  }

  @Test
  void normalizationWithoutShift() {
    Map<String, Object> layer = normalization(2, false);

    assertThatThrownBy(() -> new LayerNormalizationImport(layer))
        .hasMessageStartingWith("LayerNormalization \"norm\" cannot be imported");
  }

  private static Map<String, Object> attention(String value, double dropout, Integer length) {
    Map<String, Object> inner = new HashMap<>();
    inner.put("name", "attention");
    inner.put("num_heads", 2);
    inner.put("key_dim", 4);
    inner.put("use_bias", true);
    inner.put("dropout", dropout);
    inner.put("query_shape", Arrays.asList(null, length, 8));
    Map<String, Object> arguments = Map.of("value", List.of(value, 0, 0));
    return layer("MultiHeadAttention", inner, List.of("x", 0, 0, arguments));
  }

  private static Map<String, Object> normalization(int axis, boolean center) {
    Map<String, Object> inner = new HashMap<>();
    inner.put("name", "norm");
    inner.put("axis", List.of(axis));
    inner.put("center", center);
    inner.put("scale", true);
    inner.put("epsilon", 1e-3);
    return layer("LayerNormalization", inner, List.of("x", 0, 0, Map.of()));
  }

  private static Map<String, Object> layer(String kind, Map<String, Object> inner, List<?> node) {
    Map<String, Object> layer = new HashMap<>();
    layer.put("class_name", kind);
    layer.put("config", inner);
    layer.put("keras_version", 2);
    layer.put("inbound_nodes", List.of(List.of(node)));
    return layer;
  }
}
