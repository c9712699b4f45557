package org.owlore.examples.cli;

import java.nio.file.Path;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import picocli.CommandLine.Option;

/** Mixin: the model. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face checkpoint directory: Llama, Mistral or Qwen2.")
  private Path directory;

  Path directory() {
    return directory;
  }

  HuggingFaceCheckpoint open() {
    return HuggingFaceCheckpoint.open(directory);
  }
}
