package org.owlore.huggingface;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import lombok.RequiredArgsConstructor;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.owlore.files.CheckpointException;
import org.owlore.safetensors.TensorType;

/**
 * Reads {@code config.json} as transformers writes it, old style ({@code rope_theta}, {@code
 * rope_scaling}, {@code torch_dtype}) and new ({@code rope_parameters}, {@code dtype}). What a
 * config leaves out gets the default of its transformers class.
 */
@RequiredArgsConstructor
final class ConfigReader {
  private final JsonNode json;

  /**
   * Reads a file.
   *
   * @throws CheckpointException if it is missing, no JSON, or describes a model that cannot be
   *     built
   */
  static HuggingFaceConfig read(Path file) {
    try {
      JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
      if (json == null || !json.isObject()) {
        throw new CheckpointException(file + " is not a JSON object.");
      }
      return new ConfigReader(json).config();
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read " + file, e);
    }
  }

  private HuggingFaceConfig config() {
    Architecture architecture = architecture();
    refuseWhatIsNotBuilt();
    boolean llama = architecture == Architecture.LLAMA;
    int hiddenSize = integer("hidden_size");
    int layers = integer("num_hidden_layers");
    int heads = integer("num_attention_heads");
    return HuggingFaceConfig.builder()
        .architecture(architecture)
        .vocabularySize(integer("vocab_size"))
        .hiddenSize(hiddenSize)
        .intermediateSize(integer("intermediate_size"))
        .layers(layers)
        .heads(heads)
        .keyValueHeads(keyValueHeads(architecture, heads))
        .headDimension(integer("head_dim", hiddenSize / Math.max(1, heads)))
        .maximumLength(integer("max_position_embeddings"))
        .normEpsilon(number(json, "rms_norm_eps", 1e-6))
        .ropeTheta(number(rope(), "rope_theta", number(json, "rope_theta", 10_000)))
        .ropeScaling(ropeScaling())
        .tiedEmbedding(flag("tie_word_embeddings"))
        .attentionBias(llama && flag("attention_bias"))
        .mlpBias(llama && flag("mlp_bias"))
        .slidingWindows(slidingWindows(architecture, layers))
        .initializerRange(number(json, "initializer_range", 0.02))
        .type(type())
        .beginOfSequence(ids("bos_token_id"))
        .endOfSequence(ids("eos_token_id"))
        .build();
  }

  /** Null means one for each query head; only if the field is absent its class decides. */
  private int keyValueHeads(Architecture architecture, int heads) {
    int absent =
        switch (architecture) {
          case LLAMA -> heads;
          case MISTRAL -> 8;
          case QWEN2 -> 32;
        };
    return integer("num_key_value_heads", json.has("num_key_value_heads") ? heads : absent);
  }

  private Architecture architecture() {
    JsonNode names = json.path("architectures");
    if (names.size() != 1) {
      throw new CheckpointException(
          "In config.json, architectures must name one class, but it is "
              + (names.isMissingNode() ? "missing" : names)
              + ".");
    }
    return Architecture.of(names.get(0).asText());
  }

  private void refuseWhatIsNotBuilt() {
    String activation = json.path("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      throw new CheckpointException(
          "In config.json, hidden_act is \"" + activation + "\", but only silu is supported.");
    }
    if (json.hasNonNull("quantization_config")) {
      throw new CheckpointException(
          "The checkpoint is quantized (quantization_config in config.json): take the original"
              + " weights in float32, float16 or bfloat16.");
    }
    double rotated = number(rope(), "partial_rotary_factor", 1);
    if (rotated != 1) {
      throw new CheckpointException(
          "In config.json, partial_rotary_factor is " + rotated + ", but only 1 is supported.");
    }
  }

  /** The settings of the rotary embedding: new style, old style, or an empty object. */
  private JsonNode rope() {
    return json.path(json.hasNonNull("rope_parameters") ? "rope_parameters" : "rope_scaling");
  }

  private RopeScaling ropeScaling() {
    String kind = rope().path("rope_type").asText(rope().path("type").asText("default"));
    return switch (kind) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(number(rope(), "factor"));
      case "dynamic" -> new RopeScaling.Dynamic(number(rope(), "factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              number(rope(), "factor"),
              number(rope(), "low_freq_factor"),
              number(rope(), "high_freq_factor"),
              integer(rope(), "original_max_position_embeddings"));
      default ->
          throw new CheckpointException(
              "In config.json, the RoPE scaling \""
                  + kind
                  + "\" is not supported: supported are default, linear, dynamic, llama3.");
    };
  }

  private List<Integer> slidingWindows(Architecture architecture, int layers) {
    boolean windowed =
        switch (architecture) {
          case LLAMA -> false;
          case MISTRAL -> !json.has("sliding_window") || json.hasNonNull("sliding_window");
          case QWEN2 -> flag("use_sliding_window");
        };
    if (!windowed) {
      return List.of();
    }
    int window = integer("sliding_window", 4096);
    if (window <= 0) {
      throw new CheckpointException(
          "In config.json, sliding_window must be positive, but it is " + window + ".");
    }
    if (architecture == Architecture.MISTRAL) {
      return Collections.nCopies(layers, window);
    }
    List<Integer> windows = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      windows.add(slides(layer) ? window : HuggingFaceConfig.NO_WINDOW);
    }
    return windows;
  }

  private boolean slides(int layer) {
    return json.hasNonNull("layer_types")
        ? json.get("layer_types").path(layer).asText().equals("sliding_attention")
        : layer >= integer("max_window_layers", 28);
  }

  private TensorType type() {
    String name = json.path("dtype").asText(json.path("torch_dtype").asText("float32"));
    return ConfigType.of(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "In config.json, the dtype is \""
                        + name
                        + "\", but weights must be float32, float16 or bfloat16."));
  }

  private List<Integer> ids(String field) {
    JsonNode value = json.path(field);
    List<Integer> ids = new ArrayList<>();
    if (value.isInt()) {
      ids.add(value.intValue());
    }
    value.elements().forEachRemaining(id -> ids.add(id.intValue()));
    return ids;
  }

  private boolean flag(String field) {
    return json.path(field).asBoolean(false);
  }

  private int integer(String field, int absent) {
    return json.hasNonNull(field) ? integer(field) : absent;
  }

  private int integer(String field) {
    return integer(json, field);
  }

  private static int integer(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isInt()) {
      throw new CheckpointException(
          "In config.json, "
              + field
              + " must be a whole number, but it is "
              + (value.isMissingNode() ? "missing" : value)
              + ".");
    }
    return value.intValue();
  }

  private static double number(JsonNode object, String field, double absent) {
    return object.hasNonNull(field) ? number(object, field) : absent;
  }

  private static double number(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isNumber()) {
      throw new CheckpointException(
          "In config.json, "
              + field
              + " must be a number, but it is "
              + (value.isMissingNode() ? "missing" : value)
              + ".");
    }
    return value.doubleValue();
  }
}
