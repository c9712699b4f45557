package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.safetensors.SafetensorsBytes;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.safetensors.SafetensorsHeader;
import org.owlore.safetensors.TensorEntry;
import org.owlore.safetensors.TensorType;

/** Writing a checkpoint: the same files, the same bytes where nothing changed, all or nothing. */
class SaveCheckpointTest {
  private static final String NORM = "model.norm.weight";
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void nameFolders() {
    source = folder.resolve("source");
    target = folder.resolve("target");
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16"})
  void anUnchangedModelComesBackBitByBit(TensorType type) throws IOException {
    writeRandomBits(type);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), target);

    assertThat(bytes(target, WEIGHTS)).isEqualTo(bytes(source, WEIGHTS));
    assertThat(bytes(target, "config.json")).isEqualTo(bytes(source, "config.json"));
  }

  @Test
  void unchangedShardsComeBackBitByBitWithTheirIndex() throws IOException {
    writeRandomBits(TensorType.BF16);
    Shards.split(source, 3);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), target);

    assertThat(names(target)).isEqualTo(names(source)).hasSize(5);
    for (String name : names(source)) {
      assertThat(bytes(target, name)).isEqualTo(bytes(source, name));
    }
  }

  @Test
  void aChangedWeightIsWrittenAndNothingElse() throws IOException {
    writeRandomBits(TensorType.BF16);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();
    model.graph().getArrForVarName(NORM).assign(1.5);

    checkpoint.save(model, target);

    SafetensorsFile before = SafetensorsFile.open(source.resolve(WEIGHTS));
    SafetensorsFile after = SafetensorsFile.open(target.resolve(WEIGHTS));
    assertThat(after.tensors()).containsExactlyElementsOf(before.tensors());
    assertThat(after.read(NORM)).isEqualTo(Nd4j.ones(DataType.FLOAT, 24).mul(1.5));
    byte[] old = bytes(source, WEIGHTS);
    byte[] fresh = bytes(target, WEIGHTS);
    TensorEntry norm = after.tensor(NORM);
    long start = fresh.length - after.tensors().stream().mapToLong(TensorEntry::bytes).sum();
    for (int i = 0; i < fresh.length; i++) {
      boolean isNorm = i >= start + norm.begin() && i < start + norm.end();
      assertThat(isNorm || fresh[i] == old[i]).isTrue();
    }
  }

  @Test
  void weightsMayLieInAnyOrderAndType() throws IOException {
    writeRandomBits(TensorType.F32);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();
    String name = "model.layers.0.self_attn.q_proj.weight";
    INDArray weight = Nd4j.rand(DataType.DOUBLE, 24, 24);

    checkpoint.save(
        asked -> asked.equals(name) ? weight.dup('f') : model.graph().getArrForVarName(asked),
        target);

    assertThat(HuggingFaceCheckpoint.open(target).load().graph().getArrForVarName(name))
        .isEqualTo(weight.castTo(DataType.FLOAT));
  }

  @Test
  void tensorsThatTheGraphDoesNotUseAreKept() throws IOException {
    HuggingFaceConfig config = TinyModels.llama().layers(1).build();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("model.rotary.inv_freq", List.of(5L));
    shapes.putAll(ParameterShapes.of(config));
    writeFile(config, SafetensorsHeader.of(shapes, TensorType.F32), new Random(3));
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), target);

    assertThat(bytes(target, WEIGHTS)).isEqualTo(bytes(source, WEIGHTS));
  }

  @Test
  void aStoredCopyOfATiedHeadFollowsTheEmbedding() throws IOException {
    HuggingFaceConfig config = TinyModels.llama().layers(1).tiedEmbedding(true).build();
    Map<String, List<Long>> shapes = new LinkedHashMap<>(ParameterShapes.of(config));
    shapes.put("lm_head.weight", List.of(23L, 24L));
    writeFile(config, SafetensorsHeader.of(shapes, TensorType.F32), new Random(3));
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();
    model.graph().getArrForVarName("model.embed_tokens.weight").assign(0.25);

    checkpoint.save(model, target);

    SafetensorsFile saved = SafetensorsFile.open(target.resolve(WEIGHTS));
    assertThat(saved.read("lm_head.weight")).isEqualTo(saved.read("model.embed_tokens.weight"));
  }

  @Test
  void companionsAreCopiedButNeitherOtherWeightsNorHiddenFolders() throws IOException {
    writeRandomBits(TensorType.F32);
    write(source, "tokenizer.json", "{}");
    write(source, "notes.txt", "anything");
    write(source, "original/params.json", "{}");
    write(source, "original/consolidated.00.pth", "old weights");
    write(source, "pytorch_model.bin", "old weights");
    write(source, "pytorch_model.bin.index.json", "{}");
    write(source, ".git/config", "hidden");
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), target);

    assertThat(names(target))
        .containsExactly(
            "config.json", WEIGHTS, "notes.txt", "original/params.json", "tokenizer.json");
    assertThat(Files.readString(target.resolve("notes.txt"))).isEqualTo("anything");
  }

  @Test
  void theTargetMayLieInsideTheSource() throws IOException {
    writeRandomBits(TensorType.F32);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), source.resolve("tuned"));

    assertThat(names(source.resolve("tuned"))).containsExactly("config.json", WEIGHTS);
  }

  @Test
  void anEarlierCheckpointIsReplacedButForeignFilesStay() throws IOException {
    writeRandomBits(TensorType.BF16);
    HuggingFaceCheckpoint whole = HuggingFaceCheckpoint.open(source);
    whole.save(whole.load(), target);
    write(target, "log.jsonl", "mine");
    Shards.split(source, 2);
    HuggingFaceCheckpoint sharded = HuggingFaceCheckpoint.open(source);

    sharded.save(sharded.load(), target);

    assertThat(names(target))
        .containsExactly(
            "config.json",
            "log.jsonl",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
  }

  @Test
  void whatAnInterruptedWriteLeftBehindDoesNotDisturb() throws IOException {
    writeRandomBits(TensorType.F32);
    write(target, ".writing/model.safetensors", "half");
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);

    checkpoint.save(checkpoint.load(), target);

    assertThat(names(target)).containsExactly("config.json", WEIGHTS);
  }

  @Test
  void aFolderThatIsNoCheckpointIsNotTouched() throws IOException {
    writeRandomBits(TensorType.F32);
    write(target, "holiday.jpg", "precious");

    assertNotSaved(target + " is neither empty nor a checkpoint: give another directory.");
    assertThat(names(target)).containsExactly("holiday.jpg");
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    writeRandomBits(TensorType.F32);
    Files.writeString(target, "a file");

    assertNotSaved(target + " is a file: give a directory for the checkpoint.");
  }

  @Test
  void theDirectoryThatWasLoadedFromIsNotOverwritten() throws IOException {
    writeRandomBits(TensorType.F32);
    byte[] before = bytes(source, WEIGHTS);
    target = folder.resolve("elsewhere/../source");
    Files.createDirectories(folder.resolve("elsewhere"));

    assertNotSaved(target + " is where the model was loaded from: give another directory.");
    assertThat(bytes(source, WEIGHTS)).isEqualTo(before);
  }

  @Test
  void aMissingWeightLeavesNothingBehind() throws IOException {
    writeRandomBits(TensorType.F32);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();

    assertThatThrownBy(
            () ->
                checkpoint.save(
                    name -> name.equals(NORM) ? null : model.graph().getArrForVarName(name),
                    target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("There is no weight model.norm.weight to be saved.");
    assertThat(target).doesNotExist();
  }

  @Test
  void aWeightOfAnotherShapeIsNamed() throws IOException {
    writeRandomBits(TensorType.F32);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();
    INDArray wrong = Nd4j.create(DataType.FLOAT, 25);

    assertThatThrownBy(
            () ->
                checkpoint.save(
                    name -> name.equals(NORM) ? wrong : model.graph().getArrForVarName(name),
                    target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Weight model.norm.weight has shape [25], but the checkpoint asks for [24].");
  }

  @Test
  void aNumberThatTheFileCannotHoldIsNotMadeInfinite() throws IOException {
    HuggingFaceConfig config = TinyModels.llama().type(TensorType.F16).build();
    LanguageModel model = TinyModels.random(config, 5);
    model.graph().getArrForVarName(NORM).putScalar(3, 70_000);

    assertThatThrownBy(() -> HuggingFaceCheckpoint.create(config, model, target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Weight model.norm.weight cannot be written as F16: 70000.0 is too large.");
    assertThat(target).doesNotExist();
  }

  @Test
  void aNewCheckpointAsksForEveryWeight() {
    HuggingFaceConfig untied = TinyModels.llama().build();
    LanguageModel tied = TinyModels.random(TinyModels.llama().tiedEmbedding(true).build(), 5);

    assertThatThrownBy(() -> HuggingFaceCheckpoint.create(untied, tied, target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("There is no weight lm_head.weight to be saved.");
  }

  @Test
  void aFailureWhileWritingLeavesAnEarlierCheckpointAsItWas() throws IOException {
    writeRandomBits(TensorType.F32);
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    checkpoint.save(checkpoint.load(), target);
    byte[] before = bytes(target, WEIGHTS);
    Path dangling = source.resolve("tokenizer.json");
    Files.createSymbolicLink(dangling, folder.resolve("nowhere"));
    LanguageModel model = checkpoint.load();
    model.graph().getArrForVarName(NORM).assign(7);

    assertThatThrownBy(() -> checkpoint.save(model, target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Cannot write the checkpoint " + target + ": there is no file " + dangling + ".");
    assertThat(bytes(target, WEIGHTS)).isEqualTo(before);
    assertThat(names(target)).containsExactly("config.json", WEIGHTS);
  }

  @Test
  void aNewCheckpointHasTheNumberTypeOfItsConfiguration() {
    HuggingFaceConfig config = TinyModels.llama().type(TensorType.F16).build();
    LanguageModel model = TinyModels.random(config, 5);

    HuggingFaceCheckpoint.create(config, model, target);

    HuggingFaceCheckpoint opened = HuggingFaceCheckpoint.open(target);
    assertThat(opened.config()).isEqualTo(config);
    assertThat(SafetensorsFile.open(target.resolve(WEIGHTS)).tensors())
        .allMatch(tensor -> tensor.type() == TensorType.F16);
  }

  private void assertNotSaved(String message) {
    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(source);
    LanguageModel model = checkpoint.load();
    assertThatThrownBy(() -> checkpoint.save(model, target))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  /** A checkpoint of random bits: NaNs with payloads, denormals, infinities and all. */
  private void writeRandomBits(TensorType type) throws IOException {
    HuggingFaceConfig config = TinyModels.llama().type(type).build();
    writeFile(
        config, SafetensorsHeader.of(ParameterShapes.of(config), type), new Random(type.ordinal()));
  }

  private void writeFile(HuggingFaceConfig config, SafetensorsHeader header, Random random)
      throws IOException {
    long end = header.entries().values().stream().mapToLong(TensorEntry::end).max().orElseThrow();
    byte[] data = new byte[(int) end];
    random.nextBytes(data);
    Files.createDirectories(source);
    Files.write(source.resolve("config.json"), ConfigWriter.write(config));
    SafetensorsBytes.write(
        source.resolve(WEIGHTS),
        SafetensorsBytes.of(
            new String(header.json(), StandardCharsets.UTF_8)
                .replace("\"pt\"", "\"pt\",\"origin\":\"here\""),
            data));
  }

  private static void write(Path directory, String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static byte[] bytes(Path directory, String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
