package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;
import org.owlore.safetensors.SafetensorsFile;
import org.owlore.safetensors.TensorType;

/** Checkpoints whose matrices lie in memory in 16 bits a number. */
class NarrowCheckpointTest {
  private static final String MATRIX = "model.layers.1.mlp.up_proj.weight";
  private static final String NORM = "model.norm.weight";

  @TempDir private Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void nameFolders() {
    source = folder.resolve("source");
    target = folder.resolve("target");
  }

  private HuggingFaceCheckpoint write(TensorType type) {
    HuggingFaceConfig config = TinyModels.llama().type(type).build();
    RandomWeights weights = new RandomWeights(config, 4);
    LanguageModel model = LlamaGraph.build(config, weights);
    HuggingFaceCheckpoint.create(config, model, source);
    return HuggingFaceCheckpoint.open(source);
  }

  private static INDArray saved(Path directory, String name) {
    return SafetensorsFile.open(directory.resolve("model.safetensors")).read(name);
  }

  @ParameterizedTest
  @CsvSource({"F32, BF16", "F32, F16", "BF16, BF16", "BF16, F16", "F16, F16", "F16, BF16"})
  void anUnchangedModelComesBackBitByBit(TensorType type, StorageType storage) {
    HuggingFaceCheckpoint checkpoint = write(type);

    checkpoint.save(checkpoint.load(storage), target);

    assertThat(target.resolve("model.safetensors"))
        .hasSameBinaryContentAs(source.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({
    "F32, BF16, BFLOAT16",
    "F32, F16, HALF",
    "F16, BF16, BFLOAT16",
    "BF16, BF16, BFLOAT16"
  })
  void matricesAreRoundedToNearestAndTheRestStaysFloat32(
      TensorType type, StorageType storage, DataType stored) {
    HuggingFaceCheckpoint checkpoint = write(type);

    LanguageModel model = checkpoint.load(storage);

    INDArray expected = saved(source, MATRIX).castTo(stored);
    assertThat(model.graph().getArrForVarName(MATRIX)).isEqualTo(expected);
    assertThat(model.graph().getArrForVarName(NORM).dataType()).isEqualTo(DataType.FLOAT);
  }

  @ParameterizedTest
  @CsvSource({"F32, BF16", "F32, F16", "BF16, BF16", "F16, BF16"})
  void aChangedMatrixIsWrittenAndNothingElse(TensorType type, StorageType storage) {
    HuggingFaceCheckpoint checkpoint = write(type);
    LanguageModel model = checkpoint.load(storage);
    model.graph().getArrForVarName(MATRIX).putScalar(3, 0.5);

    checkpoint.save(model, target);

    assertThat(saved(target, MATRIX))
        .isEqualTo(model.graph().getArrForVarName(MATRIX).castTo(DataType.FLOAT));
    ParameterShapes.of(checkpoint.config())
        .keySet()
        .forEach(
            name -> {
              if (!name.equals(MATRIX)) {
                assertThat(saved(target, name)).as(name).isEqualTo(saved(source, name));
              }
            });
  }

  @Test
  void aCheckpointKnowsWhetherLoadingRounds() {
    assertThat(List.of(StorageType.values()))
        .filteredOn(write(TensorType.F32)::isRoundedBy)
        .containsExactly(StorageType.BF16, StorageType.F16);
    assertThat(List.of(StorageType.values()))
        .filteredOn(write(TensorType.BF16)::isRoundedBy)
        .containsExactly(StorageType.F16);
    assertThat(List.of(StorageType.values()))
        .filteredOn(write(TensorType.F16)::isRoundedBy)
        .containsExactly(StorageType.BF16);
  }

  @Test
  void aNumberThatDoesNotFitIsNamed() {
    HuggingFaceConfig config = TinyModels.llama().type(TensorType.BF16).build();
    RandomWeights weights = new RandomWeights(config, 4);
    LanguageModel model = LlamaGraph.build(config, weights);
    model.graph().getArrForVarName(MATRIX).putScalar(3, 131072);
    HuggingFaceCheckpoint.create(config, model, source);

    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(source).load(StorageType.F16))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Tensor %s in %s cannot be stored as HALF: 131072.0 is too large; use another type for the weights."
                .formatted(MATRIX, source.resolve("model.safetensors")));
  }

  @Test
  void aGeneratedModelIsStoredNarrowAsWell() {
    HuggingFaceConfig config = TinyModels.llama().tiedEmbedding(true).build();
    RandomWeights weights = new RandomWeights(config, 4);

    LanguageModel model = LlamaGraph.build(config, weights, StorageType.BF16);

    INDArray expected = weights.weight(MATRIX, 20, 24).castTo(DataType.BFLOAT16);
    assertThat(model.graph().getArrForVarName(MATRIX)).isEqualTo(expected);
    HuggingFaceCheckpoint.create(config, model, target);
    assertThat(saved(target, MATRIX)).isEqualTo(expected.castTo(DataType.FLOAT));
  }
}
