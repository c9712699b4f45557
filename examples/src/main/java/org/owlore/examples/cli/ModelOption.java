package org.owlore.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.owlore.examples.model.LoadNotes;
import org.owlore.examples.model.ModelFile;
import org.owlore.examples.model.ModelFormat;
import org.owlore.finetune.CausalCheck;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.imported.GraphNames;
import org.owlore.precision.StorageType;
import picocli.CommandLine.Option;

/** Mixin: the model, and as what its weights lie in memory. */
final class ModelOption {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description =
          "Hugging Face checkpoint directory (Llama, Mistral or Qwen2), or a file: .onnx, .fb or .sd"
              + " (SameDiff), .pb (frozen TensorFlow graph).")
  private Path path;

  @Option(
      names = "--weights",
      defaultValue = "float32",
      paramLabel = "TYPE",
      description =
          "As what the model's matrices lie in memory: float32, bf16 or f16, which take half of it"
              + " and on the CPU are computed with in float32 (default: ${DEFAULT-VALUE}).")
  private StorageType weights;

  @Option(
      names = "--tokenizer",
      paramLabel = "PATH",
      description =
          "tokenizer.json, or the directory that holds it (default: where the model lies).")
  private Path tokenizer;

  @Option(
      names = "--ids",
      paramLabel = "NAME",
      description = "Placeholder of the token ids in a SameDiff or TensorFlow graph, if not found.")
  private String ids;

  @Option(
      names = "--mask",
      paramLabel = "NAME",
      description = "Placeholder of the mask in a SameDiff or TensorFlow graph, if not found.")
  private String mask;

  @Option(
      names = "--logits",
      paramLabel = "NAME",
      description = "Array of the logits in a SameDiff or TensorFlow graph, if not found.")
  private String logits;

  @Option(
      names = "--layers",
      paramLabel = "REGEX",
      description =
          "Tells the layers of a graph by the names of their weights; its one group is a layer's"
              + " number, as in layer_(\\d+)/ (default: found).")
  private String layers;

  private ModelFile opened;

  Path path() {
    return path;
  }

  ModelFile open() {
    if (opened == null) {
      GraphNames names =
          GraphNames.builder().ids(ids).mask(mask).logits(logits).layers(layers).build();
      opened = ModelFormat.open(path, names);
    }
    return opened;
  }

  /** Where text finds its tokenizer. */
  Path tokenizer() {
    return tokenizer == null ? open().folder() : tokenizer;
  }

  /** Reads the weights, and says what happens to them on the way. */
  LanguageModel load(PrintWriter notes) {
    LanguageModel model = load(notes::println);
    notes.flush();
    return model;
  }

  LanguageModel load(LoadNotes notes) {
    return open().load(weights, notes);
  }

  /**
   * Reads a model that is to predict the next token.
   *
   * @throws IllegalArgumentException if its tokens see later ones
   */
  LanguageModel loadCausal(PrintWriter notes) {
    LanguageModel model = load(notes);
    if (!open().isAlwaysCausal()) {
      CausalCheck.require(model);
    }
    return model;
  }
}
