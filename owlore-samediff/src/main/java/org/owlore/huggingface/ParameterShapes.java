package org.owlore.huggingface;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and shapes of the weights that a configuration asks for. */
final class ParameterShapes {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  private ParameterShapes(HuggingFaceConfig config) {
    long hidden = config.hiddenSize();
    add(EMBEDDING, config.vocabularySize(), hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(config, layerPrefix(layer));
    }
    add(FINAL_NORM, hidden);
    if (!config.tiedEmbedding()) {
      add(HEAD, config.vocabularySize(), hidden);
    }
  }

  /** Name to shape, from the embedding to the head; linear weights are {@code [out, in]}. */
  static Map<String, List<Long>> of(HuggingFaceConfig config) {
    return Collections.unmodifiableMap(new ParameterShapes(config).shapes);
  }

  /** What the names of a layer's weights start with. */
  static String layerPrefix(int layer) {
    return "model.layers." + layer + ".";
  }

  private void addLayer(HuggingFaceConfig config, String layer) {
    long hidden = config.hiddenSize();
    long queries = (long) config.heads() * config.headDimension();
    long keys = (long) config.keyValueHeads() * config.headDimension();
    long inner = config.intermediateSize();
    boolean bias = config.queryKeyValueBias();
    addLinear(layer + "self_attn.q_proj", queries, hidden, bias);
    addLinear(layer + "self_attn.k_proj", keys, hidden, bias);
    addLinear(layer + "self_attn.v_proj", keys, hidden, bias);
    addLinear(layer + "self_attn.o_proj", hidden, queries, config.attentionBias());
    addLinear(layer + "mlp.gate_proj", inner, hidden, config.mlpBias());
    addLinear(layer + "mlp.up_proj", inner, hidden, config.mlpBias());
    addLinear(layer + "mlp.down_proj", hidden, inner, config.mlpBias());
    add(layer + "input_layernorm.weight", hidden);
    add(layer + "post_attention_layernorm.weight", hidden);
  }

  private void addLinear(String name, long out, long in, boolean bias) {
    add(name + ".weight", out, in);
    if (bias) {
      add(name + ".bias", out);
    }
  }

  private void add(String name, long... shape) {
    List<Long> dimensions = new ArrayList<>();
    for (long size : shape) {
      dimensions.add(size);
    }
    shapes.put(name, List.copyOf(dimensions));
  }
}
