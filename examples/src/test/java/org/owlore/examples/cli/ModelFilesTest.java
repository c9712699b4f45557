package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.testing.Resources;

/** The commands on models that are no Hugging Face checkpoints. */
class ModelFilesTest {
  private static final int VOCABULARY = 32;

  @TempDir Path folder;
  private Path tokens;

  @BeforeEach
  void writeTokens() throws IOException {
    Random random = new Random(1);
    int[][] rows =
        IntStream.range(0, 8)
            .mapToObj(i -> random.ints(9, 0, VOCABULARY).toArray())
            .toArray(int[][]::new);
    tokens =
        Files.write(folder.resolve("tokens.npy"), Nd4j.toNpyByteArray(Nd4j.createFromArray(rows)));
  }

  @Test
  void aSameDiffFileTrainsLikeTheCheckpointItWasBuiltFrom() throws IOException {
    Path checkpoint = TinyModel.writeTo(Files.createDirectory(folder.resolve("checkpoint")));
    Path graph = folder.resolve("model.fb");
    HuggingFaceCheckpoint.open(checkpoint).load().graph().save(graph.toFile(), false);

    List<Double> expected = losses(checkpoint, folder.resolve("tuned"));
    List<Double> actual = losses(graph, folder.resolve("tuned.fb"));

    for (int step = 0; step < expected.size(); step++) {
      assertThat(actual.get(step)).isCloseTo(expected.get(step), within(1e-4));
    }
    assertThat(perplexity(folder.resolve("tuned.fb")))
        .isCloseTo(perplexity(folder.resolve("tuned")), within(0.01));
  }

  @Test
  void whatSameDiffSavesMayHaveTheEndingOfAnArchive() throws IOException {
    Path checkpoint = TinyModel.writeTo(Files.createDirectory(folder.resolve("checkpoint")));
    Path graph = folder.resolve("model.zip");
    HuggingFaceCheckpoint.open(checkpoint).load().graph().save(graph.toFile(), false);

    assertThat(perplexity(graph)).isCloseTo(perplexity(checkpoint), within(0.01));
  }

  @Test
  void aTensorFlowFileLearnsAndIsWrittenBack() throws IOException {
    Path graph = bert("causal");

    List<Double> losses = losses(graph, folder.resolve("tuned.pb"));

    assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0) - 0.1);
    assertThat(perplexity(folder.resolve("tuned.pb"))).isLessThan(perplexity(graph));
  }

  @Test
  void layersOfAFileAreScored() throws IOException {
    Path scores = folder.resolve("scores.json");

    Run run =
        owlore("scores", "--model", bert("encoder"), "--data", tokens, "--tau", 3, "--out", scores)
            .succeeds();

    assertThat(run.out()).contains("layer   0").contains("layer   1");
    assertThat(scores).isRegularFile();
  }

  @Test
  void anEncoderIsNotTrainedToPredictTheNextToken() throws IOException {
    Path out = folder.resolve("tuned.pb");

    Run run =
        owlore(
            "finetune",
            "--model",
            bert("encoder"),
            "--data",
            tokens,
            "--method",
            "full",
            "--out",
            out);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines())
        .last()
        .isEqualTo(
            "owlore: The model's tokens see later ones, as an encoder's do: it cannot learn to"
                + " predict the next token.");
    assertThat(out).doesNotExist();
  }

  @Test
  void aFolderGetsTheTokenizerToo() throws IOException {
    Path graph = bert("causal");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Path out = folder.resolve("tuned");

    losses(graph, out);

    assertThat(out.resolve("model.pb")).isRegularFile();
    assertThat(out.resolve("tokenizer.json")).hasContent("{}");
  }

  @Test
  void theFileThatWasWrittenIsNamed() throws IOException {
    Path out = folder.resolve("tuned");

    Run run = finetune(bert("causal"), out, "--steps", 1).succeeds();

    assertThat(run.out()).contains("written to " + out.resolve("model.pb"));
  }

  @ParameterizedTest
  @CsvSource({
    "onnx/gpt2.onnx, an ONNX model, .onnx or .safetensors",
    "org/owlore/tensorflow/causal/model.pb, a TensorFlow graph, .pb"
  })
  void anEndingOfAnotherFormatIsNoticedBeforeTraining(
      String resource, String description, String endings) throws IOException {
    Path out = folder.resolve("tuned.sd");

    finetune(Resources.copy(resource, folder), out)
        .failsWith(
            "--out %s is no name for %s: end it in %s, or give a folder."
                .formatted(out, description, endings));
  }

  @Test
  void aSameDiffGraphIsNotWrittenUnderTheEndingOfAnotherFormat() throws IOException {
    Path graph = Files.writeString(folder.resolve("model.fb"), "not read yet");
    Path out = folder.resolve("tuned.onnx");

    finetune(graph, out)
        .failsWith(
            "--out %s is no name for a SameDiff graph: end it in .fb, .sd or .zip, or give a folder."
                .formatted(out));
  }

  @Test
  void endingsMayBeInUpperCase() throws IOException {
    Path out = folder.resolve("TUNED.PB");

    finetune(bert("causal"), out, "--steps", 1).succeeds();

    assertThat(out).isRegularFile();
  }

  @Test
  void aTokenizerMayLieElsewhere() throws IOException {
    Path checkpoint = TinyModel.writeTo(Files.createDirectory(folder.resolve("checkpoint")));
    Path graph = Files.createDirectory(folder.resolve("alone")).resolve("model.sd");
    HuggingFaceCheckpoint.open(checkpoint).load().graph().save(graph.toFile(), false);

    Run run =
        owlore(
            "generate",
            "--model",
            graph,
            "--prompt",
            "ab",
            "--max-tokens",
            3,
            "--tokenizer",
            checkpoint.resolve("tokenizer.json"));

    assertThat(run.succeeds().out()).startsWith("ab");
    owlore("generate", "--model", graph, "--prompt", "ab")
        .failsWith("alone has no tokenizer.json: text needs the model's tokenizer");
  }

  @Test
  void aCheckShowsLayersAndGradients() throws IOException {
    Run run = owlore("check", "--model", bert("causal"), "--entries", 1).succeeds();

    assertThat(run.out())
        .contains("model.pb: a TensorFlow graph")
        .contains("41 constants that are weights became variables.")
        .contains("order [0, 2, 1, 3] given as numbers")
        .doesNotContain("nothing needed repair")
        .contains("layer 1 bert/encoder/layer_1/")
        .contains("reads rows of up to 16 tokens, vocabulary of 32; tokens see no later ones")
        .contains("gradients: 41 entries of 41 weights agree with finite differences");
  }

  @Test
  void aCheckSaysThatNothingNeededRepair() throws IOException {
    Path checkpoint = TinyModel.writeTo(Files.createDirectory(folder.resolve("checkpoint")));

    Run run = owlore("check", "--model", checkpoint, "--entries", 1).succeeds();

    assertThat(run.out().lines()).contains("nothing needed repair");
  }

  @Test
  void aCheckInventsNoLength() throws IOException {
    Path file =
        Resources.copy("org/owlore/onnx/exports/llama-dynamo-dynamic-folded/model.onnx", folder);

    Run run = owlore("check", "--model", file, "--entries", 1).succeeds();

    assertThat(run.out()).contains("reads rows of any length, vocabulary of ");
  }

  @Test
  void aCheckUsesDataAndKnowsEncoders() throws IOException {
    Run run =
        owlore("check", "--model", bert("encoder"), "--entries", 1, "--data", tokens).succeeds();

    assertThat(run.out()).contains("tokens see later ones, so it cannot learn to predict the next");
  }

  @Test
  void namesAndALayerPatternCanBeGiven() throws IOException {
    owlore(
            "check",
            "--model",
            bert("causal"),
            "--entries",
            1,
            "--ids",
            "input_ids",
            "--mask",
            "input_mask",
            "--logits",
            "logits",
            "--layers",
            "layer_(\\d+)/")
        .succeeds();
    assertThat(owlore("check", "--model", bert("causal"), "--logits", "nothing").err())
        .contains("There is no array \"nothing\" for the logits");
  }

  @Test
  void weightsOfAFileAreFloat32() throws IOException {
    assertThat(owlore("check", "--model", bert("causal"), "--weights", "bf16").err())
        .contains(
            "is a TensorFlow graph, whose weights are kept as float32 only: leave --weights bf16"
                + " out.");
  }

  @Test
  void theModelIsNotWrittenOverItself() throws IOException {
    Path graph = bert("causal");

    owlore("finetune", "--model", graph, "--data", tokens, "--method", "full", "--out", graph)
        .failsWith("--out is the file that the model comes from: give another one.");
    owlore("finetune", "--model", graph, "--data", tokens, "--method", "full", "--out", folder)
        .failsWith("model.pb is where the model comes from: give another file.");
  }

  @Test
  void anOutputThatCannotBeWrittenIsNoticedBeforeTraining() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("tuned.pb");

    owlore(
            "finetune",
            "--model",
            bert("causal"),
            "--data",
            tokens,
            "--method",
            "full",
            "--out",
            blocked)
        .failsWith("cannot be written, because " + blocked.getParent() + " is no folder");
  }

  private List<Double> losses(Path model, Path out) throws IOException {
    Path log = folder.resolve("log.jsonl");
    owlore(
            "finetune",
            "--model",
            model,
            "--data",
            tokens,
            "--method",
            "full",
            "--steps",
            12,
            "--batch-size",
            4,
            "--shuffle",
            "false",
            "--learning-rate",
            0.01,
            "--log",
            log,
            "--out",
            out)
        .succeeds();
    List<Double> losses = new ArrayList<>();
    try (Stream<String> lines = Files.lines(log)) {
      for (String line : lines.toList()) {
        losses.add(new ObjectMapper().readTree(line).get("loss").asDouble());
      }
    }
    return losses;
  }

  private Run finetune(Path model, Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "finetune",
                "--model",
                model,
                "--data",
                tokens,
                "--method",
                "full",
                "--batch-size",
                4,
                "--out",
                out));
    arguments.addAll(List.of(more));
    return owlore(arguments.toArray());
  }

  private double perplexity(Path model) throws IOException {
    Run run = owlore("evaluate", "--model", model, "--data", tokens, "--json").succeeds();
    return new ObjectMapper().readTree(run.out()).get("perplexity").asDouble();
  }

  private Path bert(String kind) throws IOException {
    return Resources.copy("org/owlore/tensorflow/" + kind + "/model.pb", folder);
  }
}
