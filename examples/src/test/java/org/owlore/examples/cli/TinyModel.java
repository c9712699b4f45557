package org.owlore.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.examples.data.TinyTokenizer;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.Architecture;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.huggingface.HuggingFaceConfig;
import org.owlore.huggingface.LlamaGraph;
import org.owlore.huggingface.RandomWeights;
import org.owlore.huggingface.RopeScaling;
import org.owlore.safetensors.TensorType;

/** A checkpoint directory of a random Llama with three layers, with a tokenizer. */
final class TinyModel {
  static final int LAYERS = 3;
  static final int MAXIMUM_LENGTH = 64;

  private TinyModel() {}

  static Path writeTo(Path directory) throws IOException {
    return write(directory, embedding -> {});
  }

  /** A model whose logits are all zero: every token is as likely as any other. */
  static Path writeUndecided(Path directory) throws IOException {
    return write(directory, embedding -> embedding.assign(0));
  }

  /** A model that computes nothing but NaN. */
  static Path writeBroken(Path directory) throws IOException {
    return write(directory, embedding -> embedding.assign(Double.NaN));
  }

  private static Path write(Path directory, Consumer<INDArray> change) throws IOException {
    HuggingFaceConfig config = config();
    LanguageModel model = LlamaGraph.build(config, new RandomWeights(config, 1));
    INDArray embedding = model.graph().getVariable(model.layers().embedding().get(0)).getArr();
    change.accept(embedding);
    HuggingFaceCheckpoint.create(
        config, name -> model.graph().getVariable(name).getArr(), directory);
    Path tokenizer = Files.createTempDirectory(directory, "tokenizer");
    TinyTokenizer.writeTo(tokenizer);
    Files.move(tokenizer.resolve("tokenizer.json"), directory.resolve("tokenizer.json"));
    Files.delete(tokenizer.resolve("config.json"));
    Files.delete(tokenizer);
    return directory;
  }

  private static HuggingFaceConfig config() {
    return HuggingFaceConfig.builder()
        .architecture(Architecture.LLAMA)
        .vocabularySize(TinyTokenizer.SIZE)
        .hiddenSize(32)
        .intermediateSize(48)
        .layers(LAYERS)
        .heads(4)
        .keyValueHeads(2)
        .headDimension(8)
        .maximumLength(MAXIMUM_LENGTH)
        .normEpsilon(1e-5)
        .ropeTheta(10_000)
        .ropeScaling(new RopeScaling.None())
        .tiedEmbedding(true)
        .slidingWindows(List.of())
        .initializerRange(0.1)
        .type(TensorType.F32)
        .beginOfSequence(List.of(1))
        .endOfSequence(List.of(2))
        .build();
  }
}
