package org.owlore.huggingface;

import java.util.Arrays;
import java.util.stream.Collectors;
import lombok.Getter;
import lombok.RequiredArgsConstructor;
import lombok.experimental.Accessors;
import org.owlore.files.CheckpointException;

/** The model families that can be built, named as in {@code config.json}. */
@Getter
@Accessors(fluent = true)
@RequiredArgsConstructor
public enum Architecture {
  /** Llama 1 to 3. */
  LLAMA("LlamaForCausalLM", "llama"),
  /** Mistral: Llama with a sliding window. */
  MISTRAL("MistralForCausalLM", "mistral"),
  /** Qwen2 and Qwen2.5: Llama with biases on queries, keys and values. */
  QWEN2("Qwen2ForCausalLM", "qwen2");

  /** The class name under {@code architectures}. */
  private final String className;

  /** The value of {@code model_type}. */
  private final String modelType;

  /**
   * The architecture of a class name.
   *
   * @param className e.g. {@code LlamaForCausalLM}
   * @throws CheckpointException if it is none of the supported ones
   */
  public static Architecture of(String className) {
    return Arrays.stream(values())
        .filter(architecture -> architecture.className.equals(className))
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "Unknown architecture \""
                        + className
                        + "\" in config.json: supported are "
                        + supported()
                        + "."));
  }

  private static String supported() {
    return Arrays.stream(values()).map(Architecture::className).collect(Collectors.joining(", "));
  }
}
