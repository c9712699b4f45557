package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.safetensors.SafetensorsBytes;
import org.owlore.safetensors.SafetensorsHeader;
import org.owlore.safetensors.TensorType;

/** Opening a directory: what it holds, and one clear sentence for everything it may lack. */
class HuggingFaceCheckpointTest {
  private static final HuggingFaceConfig CONFIG = TinyModels.llama().build();

  @TempDir Path folder;
  private LanguageModel model;

  @BeforeEach
  void writeCheckpoint() {
    model = TinyModels.random(CONFIG, 21);
    HuggingFaceCheckpoint.create(CONFIG, model, folder);
  }

  @Test
  void aLoadedModelComputesWhatTheWrittenOneDid() {
    int[][] tokens = TinyModels.randomTokens(2, 6, 1);
    int[][] documents = TinyModels.filled(2, 6, 1);

    HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(folder);

    assertThat(checkpoint.config()).isEqualTo(CONFIG);
    assertThat(checkpoint.directory()).isEqualTo(folder);
    assertThat(TinyModels.logits(checkpoint.load(), tokens, documents))
        .isEqualTo(TinyModels.logits(model, tokens, documents));
  }

  @Test
  void theModelKnowsItsLimits() {
    LanguageModel loaded = HuggingFaceCheckpoint.open(folder).load();

    assertThat(loaded.input().maximumLength()).isEqualTo(64);
    assertThat(loaded.vocabularySize()).isEqualTo(TinyModels.VOCABULARY);
  }

  @Test
  void shardsAreFoundThroughTheIndex() throws IOException {
    Shards.split(folder, 3);

    LanguageModel loaded = HuggingFaceCheckpoint.open(folder).load();

    int[][] tokens = TinyModels.randomTokens(2, 6, 1);
    int[][] documents = TinyModels.filled(2, 6, 1);
    assertThat(TinyModels.logits(loaded, tokens, documents))
        .isEqualTo(TinyModels.logits(model, tokens, documents));
  }

  @Test
  void aMissingConfigurationIsNamed() throws IOException {
    Path config = folder.resolve("config.json");
    Files.delete(config);

    assertRefused("Cannot read " + config + ": there is no file " + config + ".");
  }

  @Test
  void missingWeightsAreNamed() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));

    assertRefused(
        "There is neither model.safetensors nor model.safetensors.index.json in " + folder + ".");
  }

  @Test
  void aTruncatedFileIsNoticed() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(access.length() - 4);
    }

    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("is the file truncated?");
  }

  @Test
  void aShapeThatDoesNotMatchTheConfigurationIsNamed() throws IOException {
    rewriteConfig(TinyModels.llama().intermediateSize(21).build());

    assertRefused(
        "Tensor model.layers.0.mlp.gate_proj.weight in "
            + folder.resolve("model.safetensors")
            + " has shape [20, 24], but config.json asks for [21, 24].");
  }

  @Test
  void aTensorThatTheConfigurationAsksForButIsMissingIsNamed() throws IOException {
    rewriteConfig(TinyModels.llama().layers(3).build());

    assertRefused(
        "Tensor model.layers.2.self_attn.q_proj.weight is missing in "
            + folder
            + ", but config.json asks for it.");
  }

  @Test
  void billionsOfLayersAreRefusedAtOnce() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replaceFirst("(\"num_hidden_layers\" *: *)\\d+", "$12000000000"));

    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("config.json asks for 2000000000 layers, but there are only ");
  }

  @Test
  void weightsThatAreNoFloatsAreNamed() throws IOException {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(ParameterShapes.of(CONFIG));
    SafetensorsHeader header = SafetensorsHeader.of(shapes, TensorType.I8);
    Path file = folder.resolve("model.safetensors");
    long end = header.entries().get("lm_head.weight").end();
    SafetensorsBytes.write(
        file, SafetensorsBytes.of(header.json().length, header.json(), new byte[(int) end]));

    assertRefused(
        "Tensor model.embed_tokens.weight in "
            + file
            + " has dtype I8, but weights must be F32, F16 or BF16.");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Shards.split(folder, 3);
    Path shard = folder.resolve("model-00002-of-00003.safetensors");
    Files.delete(shard);

    assertRefused("Cannot read " + shard + ": there is no file " + shard + ".");
  }

  @Test
  void aTensorThatIsNotInItsShardIsNamed() throws IOException {
    Shards.split(folder, 3);
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace("00001-of", "00002-of"));

    assertRefused(
        folder.resolve("model-00002-of-00003.safetensors")
            + " has no tensor model.embed_tokens.weight.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "/etc/passwd",
        "sub/model.safetensors",
        "..",
        ".",
        "",
        "..\\\\model.safetensors",
        "\\u0000"
      })
  void aShardOutsideTheDirectoryIsRefused(String shard) throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"" + shard + "\"}}");

    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("names the shard \"")
        .hasMessageEndingWith("but shards must be plain file names in the directory.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "", "{\"weight_map\": {}}", "{\"weight_map\": [1]}"})
  void anIndexWithoutAWeightMapIsRefused(String json) throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Path index = Files.writeString(folder.resolve("model.safetensors.index.json"), json);

    assertRefused(index + " has no weight_map from tensors to files.");
  }

  @Test
  void anIndexThatIsNoJsonIsRefused() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Path index = Files.writeString(folder.resolve("model.safetensors.index.json"), "{");

    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot read " + index + ": it is not valid JSON");
  }

  private void rewriteConfig(HuggingFaceConfig config) throws IOException {
    Files.write(folder.resolve("config.json"), ConfigWriter.write(config));
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }
}
