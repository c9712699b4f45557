package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.files.CheckpointException;
import org.owlore.safetensors.TensorType;

class ConfigReaderTest {
  private static final String SIZES =
      """
      "vocab_size": 23, "hidden_size": 24, "intermediate_size": 20, "num_hidden_layers": 3,
      "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 64
      """;

  @TempDir Path folder;

  @Test
  void whatALlamaConfigLeavesOutHasTheDefaultsOfTransformers() {
    HuggingFaceConfig config = read("LlamaForCausalLM", "");

    assertThat(config)
        .isEqualTo(
            HuggingFaceConfig.builder()
                .architecture(Architecture.LLAMA)
                .vocabularySize(23)
                .hiddenSize(24)
                .intermediateSize(20)
                .layers(3)
                .heads(4)
                .keyValueHeads(4)
                .headDimension(6)
                .maximumLength(64)
                .normEpsilon(1e-6)
                .ropeTheta(10_000)
                .ropeScaling(new RopeScaling.None())
                .initializerRange(0.02)
                .type(TensorType.F32)
                .build());
  }

  @Test
  void whatALlamaConfigSaysIsTaken() {
    HuggingFaceConfig config =
        read(
            "LlamaForCausalLM",
            """
            , "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 1e-5, "rope_theta": 500000,
            "tie_word_embeddings": true, "attention_bias": true, "mlp_bias": true,
            "torch_dtype": "bfloat16", "bos_token_id": 1, "eos_token_id": [2, 7]
            """);

    assertThat(config.keyValueHeads()).isEqualTo(2);
    assertThat(config.headDimension()).isEqualTo(8);
    assertThat(config.normEpsilon()).isEqualTo(1e-5);
    assertThat(config.ropeTheta()).isEqualTo(500_000);
    assertThat(config.tiedEmbedding()).isTrue();
    assertThat(config.attentionBias()).isTrue();
    assertThat(config.mlpBias()).isTrue();
    assertThat(config.type()).isEqualTo(TensorType.BF16);
    assertThat(config.beginOfSequence()).containsExactly(1);
    assertThat(config.endOfSequence()).containsExactly(2, 7);
  }

  @Test
  void theOldStyleOfRopeScalingIsRead() {
    HuggingFaceConfig config =
        read(
            "LlamaForCausalLM",
            """
            , "rope_theta": 5e5, "rope_scaling": {"rope_type": "llama3", "factor": 8,
            "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}
            """);

    assertThat(config.ropeTheta()).isEqualTo(500_000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 8192));
  }

  @Test
  void theNewStyleOfRopeParametersIsRead() {
    HuggingFaceConfig config =
        read(
            "LlamaForCausalLM",
            """
            , "dtype": "float16",
            "rope_parameters": {"rope_type": "linear", "factor": 2, "rope_theta": 1234}
            """);

    assertThat(config.ropeTheta()).isEqualTo(1234);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Linear(2));
    assertThat(config.type()).isEqualTo(TensorType.F16);
  }

  @Test
  void theOldestStyleCallsTheKindType() {
    HuggingFaceConfig config =
        read("LlamaForCausalLM", ", \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}");

    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Dynamic(2));
  }

  @Test
  void noRopeScalingMayBeWrittenAsNull() {
    assertThat(read("LlamaForCausalLM", ", \"rope_scaling\": null").ropeScaling())
        .isEqualTo(new RopeScaling.None());
  }

  @Test
  void aMistralWindowHoldsForAllLayers() {
    assertThat(read("MistralForCausalLM", ", \"sliding_window\": 5").slidingWindows())
        .containsExactly(5, 5, 5);
    assertThat(read("MistralForCausalLM", "").slidingWindows()).containsExactly(4096, 4096, 4096);
    assertThat(read("MistralForCausalLM", ", \"sliding_window\": null").slidingWindows()).isEmpty();
  }

  @Test
  void aQwen2WindowHoldsOnlyWhereItIsSwitchedOn() {
    String window = ", \"sliding_window\": 5, \"max_window_layers\": 2";

    assertThat(read("Qwen2ForCausalLM", window).slidingWindows()).isEmpty();
    assertThat(read("Qwen2ForCausalLM", window + ", \"use_sliding_window\": true").slidingWindows())
        .containsExactly(0, 0, 5);
  }

  @Test
  void qwen2LayerTypesGoBeforeMaxWindowLayers() {
    HuggingFaceConfig config =
        read(
            "Qwen2ForCausalLM",
            """
            , "sliding_window": 5, "max_window_layers": 2, "use_sliding_window": true,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]
            """);

    assertThat(config.slidingWindows()).containsExactly(5, 0, 5);
  }

  @Test
  void qwen2AlwaysHasQueryKeyAndValueBiases() {
    assertThat(read("Qwen2ForCausalLM", "").queryKeyValueBias()).isTrue();
    assertThat(read("Qwen2ForCausalLM", "").attentionBias()).isFalse();
    assertThat(read("LlamaForCausalLM", "").queryKeyValueBias()).isFalse();
  }

  @Test
  void aWrittenConfigurationReadsBackTheSame() throws IOException {
    for (HuggingFaceConfig config :
        List.of(
            TinyModels.llama().build(),
            TinyModels.llama()
                .tiedEmbedding(true)
                .attentionBias(true)
                .mlpBias(true)
                .type(TensorType.BF16)
                .ropeTheta(5e5)
                .ropeScaling(new RopeScaling.Llama3(8, 1, 4, 8192))
                .beginOfSequence(List.of(1))
                .endOfSequence(List.of(2, 3))
                .build(),
            TinyModels.llama().ropeScaling(new RopeScaling.Linear(2)).build(),
            TinyModels.llama().ropeScaling(new RopeScaling.Dynamic(2)).build(),
            TinyModels.llama().architecture(Architecture.MISTRAL).build(),
            TinyModels.llama()
                .architecture(Architecture.MISTRAL)
                .slidingWindows(List.of(7, 7))
                .build(),
            TinyModels.llama().architecture(Architecture.QWEN2).type(TensorType.F16).build(),
            TinyModels.llama()
                .architecture(Architecture.QWEN2)
                .slidingWindows(List.of(7, 0))
                .build())) {
      Path file = folder.resolve("config.json");
      Files.write(file, ConfigWriter.write(config));

      assertThat(HuggingFaceConfig.read(file)).isEqualTo(config);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"vocab_size\": 2.5 | vocab_size must be a whole number, but it is 2.5.",
        "\"vocab_size\": 0 | vocab_size must be positive, but it is 0.",
        "\"num_key_value_heads\": 3 | num_attention_heads must be a multiple of num_key_value_heads,"
            + " but they are 4 and 3.",
        "\"head_dim\": 5 | head_dim must be even, but it is 5.",
        "\"rms_norm_eps\": \"small\" | rms_norm_eps must be a number, but it is \"small\".",
        "\"rms_norm_eps\": 0 | rms_norm_eps must be positive, but it is 0.0.",
        "\"rope_theta\": -1 | rope_theta must be positive, but it is -1.0.",
        "\"initializer_range\": -1 | initializer_range must not be negative, but it is -1.0.",
        "\"hidden_act\": \"gelu\" | hidden_act is \"gelu\", but only silu is supported.",
        "\"rope_parameters\": {\"partial_rotary_factor\": 0.5} | partial_rotary_factor is 0.5, but"
            + " only 1 is supported.",
        "\"rope_scaling\": {\"rope_type\": \"yarn\"} | the RoPE scaling \"yarn\" is not supported:"
            + " supported are default, linear, dynamic, llama3.",
        "\"rope_scaling\": {\"rope_type\": \"linear\"} | factor must be a number, but it is missing.",
        "\"torch_dtype\": \"int8\" | the dtype is \"int8\", but weights must be float32, float16 or"
            + " bfloat16.",
      })
  void aBadValueIsNamed(String field, String problem) {
    assertThatThrownBy(() -> read("LlamaForCausalLM", ", " + field))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("In config.json, " + problem);
  }

  @Test
  void ropeScalingWithImpossibleFactorsIsRefused() {
    assertThatThrownBy(() -> new RopeScaling.Linear(0.5))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("RoPE scaling needs a factor of at least 1, but it is 0.5.");
    assertThatThrownBy(() -> new RopeScaling.Llama3(8, 4, 4, 8192))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("needs 0 < low_freq_factor < high_freq_factor");
  }

  @Test
  void aWindowThatTheArchitectureCannotHaveIsRefused() {
    assertThatThrownBy(() -> TinyModels.llama().slidingWindows(List.of(4, 4)).build())
        .hasMessage("In config.json, LlamaForCausalLM cannot have the sliding windows [4, 4].");
    assertThatThrownBy(
            () ->
                TinyModels.llama()
                    .architecture(Architecture.MISTRAL)
                    .slidingWindows(List.of(4, 0))
                    .build())
        .hasMessage("In config.json, MistralForCausalLM cannot have the sliding windows [4, 0].");
    assertThatThrownBy(
            () ->
                TinyModels.llama()
                    .architecture(Architecture.QWEN2)
                    .slidingWindows(List.of(4))
                    .build())
        .hasMessage("In config.json, sliding windows must be given for all 2 layers or none.");
    assertThatThrownBy(() -> read("MistralForCausalLM", ", \"sliding_window\": -1"))
        .hasMessage("In config.json, sliding_window must be positive, but it is -1.");
  }

  @Test
  void biasesThatTheArchitectureCannotHaveAreRefused() {
    assertThatThrownBy(
            () -> TinyModels.llama().architecture(Architecture.QWEN2).mlpBias(true).build())
        .hasMessage(
            "In config.json, attention_bias and mlp_bias belong to Llama, not to Qwen2ForCausalLM.");
  }

  @Test
  void anUnknownArchitectureNamesTheSupportedOnes() {
    assertThatThrownBy(() -> read("GPT2LMHeadModel", ""))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Unknown architecture \"GPT2LMHeadModel\" in config.json: supported are"
                + " LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM.");
  }

  @Test
  void aMissingArchitectureIsRefused() {
    assertThatThrownBy(() -> readText("{" + SIZES + "}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("In config.json, architectures must name one class");
  }

  @Test
  void aQuantizedCheckpointIsRefused() {
    assertThatThrownBy(() -> read("LlamaForCausalLM", ", \"quantization_config\": {}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("The checkpoint is quantized");
  }

  @Test
  void textThatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> readText("{\"a\": "))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json: it is not valid JSON");
    assertThatThrownBy(() -> readText("[]"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("config.json is not a JSON object.");
  }

  @Test
  void keyValueHeadsThatAreNullAreAsManyAsHeadsWhileAbsentOnesHaveTheClassDefault() {
    String heads = "\"num_key_value_heads\": 4";
    String none = SIZES.replace(heads, "\"num_key_value_heads\": null");
    String absent = SIZES.replace(heads, "\"head_dim\": 6").replace("heads\": 4", "heads\": 16");

    assertThat(read("MistralForCausalLM", none, "").keyValueHeads()).isEqualTo(4);
    assertThat(read("MistralForCausalLM", absent, "").keyValueHeads()).isEqualTo(8);
    assertThat(read("LlamaForCausalLM", absent, "").keyValueHeads()).isEqualTo(16);
  }

  private HuggingFaceConfig read(String architecture, String rest) {
    return read(architecture, SIZES, rest);
  }

  private HuggingFaceConfig read(String architecture, String sizes, String rest) {
    return readText("{\"architectures\": [\"" + architecture + "\"], " + sizes + rest + "}");
  }

  private HuggingFaceConfig readText(String json) {
    try {
      return HuggingFaceConfig.read(Files.writeString(folder.resolve("config.json"), json));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
