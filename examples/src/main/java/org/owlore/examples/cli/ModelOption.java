package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.precision.StorageType;
import picocli.CommandLine.Option;

/** Mixin: the model, and as what its weights lie in memory. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face checkpoint directory: Llama, Mistral or Qwen2.")
  private Path directory;

  @Option(
      names = "--weights",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description =
          "As what the model's matrices lie in memory: float32, bf16 or f16, which take half of it"
              + " and are computed with in float32 (default: ${DEFAULT-VALUE}).")
  private StorageType weights;

  Path directory() {
    return directory;
  }

  HuggingFaceCheckpoint open() {
    return HuggingFaceCheckpoint.open(directory);
  }

  /** Reads the weights, and says when that rounds them. */
  LanguageModel load(HuggingFaceCheckpoint checkpoint, PrintWriter notes) {
    if (checkpoint.isRoundedBy(weights)) {
      notes.printf("The weights of %s are rounded to %s in memory.%n", directory, weights.label());
      notes.flush();
    }
    return checkpoint.load(weights);
  }
}
