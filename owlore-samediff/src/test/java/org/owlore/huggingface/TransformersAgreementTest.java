package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.LanguageModel;
import org.owlore.safetensors.TensorType;

/**
 * Checkpoints saved by transformers give the logits of transformers, and exports are written for
 * the way back; see {@code benchmarks/huggingface/README.md}. Skipped unless the system property or
 * environment variable {@code OWLORE_CHECKPOINTS} names the folder.
 */
class TransformersAgreementTest {
  private static final String FOLDER = "OWLORE_CHECKPOINTS";
  private static final double TOLERANCE = 1e-4;
  private static final int[][] TOKENS = TinyModels.randomTokens(2, 50, 99);

  static Stream<Path> cases() throws IOException {
    String folder = System.getProperty(FOLDER, System.getenv(FOLDER));
    if (folder == null) {
      return Stream.of(Path.of("none"));
    }
    try (Stream<Path> cases = Files.list(Path.of(folder))) {
      List<Path> checkpoints =
          cases.filter(path -> Files.exists(path.resolve("reference"))).sorted().toList();
      assertThat(checkpoints).isNotEmpty();
      return checkpoints.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreThoseOfTransformers(Path folder) throws IOException {
    requireFolder(folder);
    LanguageModel model = HuggingFaceCheckpoint.open(folder.resolve("checkpoint")).load();

    for (String batch : List.of("full", "right", "left", "short")) {
      Path reference = folder.resolve("reference");
      INDArray tokens = read(reference.resolve(batch + ".tokens.npy"));
      INDArray mask = read(reference.resolve(batch + ".mask.npy"));
      INDArray expected = read(reference.resolve(batch + ".logits.npy"));

      INDArray difference = logits(model, tokens, mask).sub(expected);

      INDArray counted = mask.castTo(DataType.FLOAT).reshape(mask.size(0), mask.size(1), 1);
      double largest = difference.mul(counted).amaxNumber().doubleValue();
      Files.writeString(folder.resolve("difference-" + batch + ".txt"), largest + "\n");
      assertThat(largest).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anUntouchedExportIsTheSameFileAndAChangedOneIsWrittenForTheWayBack(Path folder)
      throws IOException {
    requireFolder(folder);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(folder.resolve("checkpoint"));
    LanguageModel model = checkpoint.load();
    Path untouched = Files.createTempDirectory("untouched");

    checkpoint.save(model, untouched);

    try (Stream<Path> files = Files.list(folder.resolve("checkpoint"))) {
      for (Path file : files.toList()) {
        assertThat(Files.mismatch(file, untouched.resolve(file.getFileName()))).isEqualTo(-1);
        Files.delete(untouched.resolve(file.getFileName()));
      }
    }
    Files.delete(untouched);
    ParameterShapes.of(checkpoint.config()).keySet().forEach(name -> disturb(model, name));
    Path exported = folder.resolve("exported");
    checkpoint.save(model, exported.resolve("checkpoint"));
    writeLogits(exported);
  }

  @Test
  void checkpointsOfOurOwnMakingAreWrittenForTheWayBack() throws IOException {
    String folder = System.getProperty(FOLDER, System.getenv(FOLDER));
    assumeTrue(folder != null, "skipped: no folder of checkpoints given (" + FOLDER + ")");
    Map<String, HuggingFaceConfig> configs =
        Map.of(
            "own-llama", TinyModels.llama().headDimension(8).keyValueHeads(4).build(),
            "own-llama3",
                TinyModels.llama()
                    .ropeTheta(5e5)
                    .ropeScaling(new RopeScaling.Llama3(8, 1, 4, 16))
                    .attentionBias(true)
                    .tiedEmbedding(true)
                    .type(TensorType.BF16)
                    .endOfSequence(List.of(2, 3))
                    .build(),
            "own-mistral",
                TinyModels.llama()
                    .architecture(Architecture.MISTRAL)
                    .slidingWindows(List.of(5, 5))
                    .build(),
            "own-qwen2",
                TinyModels.llama()
                    .architecture(Architecture.QWEN2)
                    .slidingWindows(List.of(0, 5))
                    .type(TensorType.F16)
                    .build());
    for (Map.Entry<String, HuggingFaceConfig> config : configs.entrySet()) {
      LanguageModel model = TinyModels.random(config.getValue(), 77);
      Path exported = Path.of(folder, config.getKey(), "exported");
      HuggingFaceCheckpoint.create(config.getValue(), model, exported.resolve("checkpoint"));
      writeLogits(exported);
    }
  }

  /** What the exported files, not the arrays they came from, compute. */
  private static void writeLogits(Path exported) throws IOException {
    LanguageModel model = HuggingFaceCheckpoint.open(exported.resolve("checkpoint")).load();
    INDArray tokens = Nd4j.createFromArray(TOKENS);
    Nd4j.writeAsNumpy(tokens, exported.resolve("tokens.npy").toFile());
    INDArray logits = logits(model, tokens, Nd4j.onesLike(tokens));
    Nd4j.writeAsNumpy(logits, exported.resolve("logits.npy").toFile());
  }

  private static void disturb(LanguageModel model, String name) {
    INDArray weight = model.graph().getArrForVarName(name);
    weight.muli(1 + 0.1 * new Random(name.hashCode()).nextDouble());
  }

  private static INDArray logits(LanguageModel model, INDArray tokens, INDArray mask) {
    return model
        .graph()
        .outputSingle(
            Map.of(
                LanguageModel.INPUT_IDS, tokens,
                LanguageModel.ATTENTION_MASK, mask,
                LanguageModel.LABELS, Nd4j.onesLike(tokens)),
            model.logits());
  }

  private static INDArray read(Path npy) {
    return Nd4j.createFromNpyFile(npy.toFile());
  }

  private static void requireFolder(Path folder) {
    assumeTrue(Files.exists(folder), "skipped: no folder of checkpoints given (" + FOLDER + ")");
  }
}
