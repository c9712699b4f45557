package org.owlore.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.List;
import lombok.RequiredArgsConstructor;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Writes the {@code config.json} of a new checkpoint, in the style that every version of
 * transformers reads.
 */
@RequiredArgsConstructor
final class ConfigWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HuggingFaceConfig config;
  private final ObjectNode json = JSON.createObjectNode();

  /** The file's bytes. */
  static byte[] write(HuggingFaceConfig config) {
    ConfigWriter writer = new ConfigWriter(config);
    writer.fill();
    try {
      return JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsString(writer.json)
          .concat("\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A configuration could not be written as JSON.", e);
    }
  }

  private void fill() {
    json.putArray("architectures").add(config.architecture().className());
    json.put("model_type", config.architecture().modelType());
    json.put("vocab_size", config.vocabularySize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headDimension());
    json.put("max_position_embeddings", config.maximumLength());
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("rope_theta", config.ropeTheta());
    fillRopeScaling();
    json.put("tie_word_embeddings", config.tiedEmbedding());
    if (config.architecture() == Architecture.LLAMA) {
      json.put("attention_bias", config.attentionBias());
      json.put("mlp_bias", config.mlpBias());
    } else {
      fillWindows();
    }
    json.put("initializer_range", config.initializerRange());
    json.put("torch_dtype", ConfigType.name(config.type()));
    putIds("bos_token_id", config.beginOfSequence());
    putIds("eos_token_id", config.endOfSequence());
  }

  private void fillRopeScaling() {
    RopeScaling scaling = config.ropeScaling();
    if (scaling instanceof RopeScaling.None) {
      json.putNull("rope_scaling");
      return;
    }
    ObjectNode rope = json.putObject("rope_scaling");
    if (scaling instanceof RopeScaling.Linear linear) {
      rope.put("rope_type", "linear").put("factor", linear.factor());
    } else if (scaling instanceof RopeScaling.Dynamic dynamic) {
      rope.put("rope_type", "dynamic").put("factor", dynamic.factor());
    } else if (scaling instanceof RopeScaling.Llama3 llama3) {
      rope.put("rope_type", "llama3")
          .put("factor", llama3.factor())
          .put("low_freq_factor", llama3.lowFrequencyFactor())
          .put("high_freq_factor", llama3.highFrequencyFactor())
          .put("original_max_position_embeddings", llama3.originalLength());
    }
  }

  private void fillWindows() {
    List<Integer> windows = config.slidingWindows();
    int window = windows.stream().mapToInt(Integer::intValue).max().orElse(0);
    if (window == HuggingFaceConfig.NO_WINDOW) {
      json.putNull("sliding_window");
    } else {
      json.put("sliding_window", window);
    }
    if (config.architecture() == Architecture.QWEN2) {
      json.put("use_sliding_window", window != HuggingFaceConfig.NO_WINDOW);
      ArrayNode types = json.putArray("layer_types");
      for (int layer = 0; layer < config.layers(); layer++) {
        boolean sliding = config.slidingWindow(layer) != HuggingFaceConfig.NO_WINDOW;
        types.add(sliding ? "sliding_attention" : "full_attention");
      }
    }
  }

  private void putIds(String field, List<Integer> ids) {
    if (ids.isEmpty()) {
      json.putNull(field);
    } else if (ids.size() == 1) {
      json.put(field, ids.get(0));
    } else {
      ids.forEach(json.putArray(field)::add);
    }
  }
}
