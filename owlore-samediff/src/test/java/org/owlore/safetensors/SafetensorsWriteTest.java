package org.owlore.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;

class SafetensorsWriteTest {
  @TempDir Path folder;

  @Test
  void arraysComeBackInTheirOrderAndTypes() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("z", Nd4j.rand(DataType.FLOAT, 3, 5));
    arrays.put("a", Nd4j.rand(DataType.FLOAT, 7).castTo(DataType.BFLOAT16));
    arrays.put("m", Nd4j.rand(DataType.FLOAT, 2, 2).castTo(DataType.HALF));

    SafetensorsFile.write(path(), arrays);

    SafetensorsFile file = SafetensorsFile.open(path());
    assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("z", "a", "m");
    arrays.forEach((name, array) -> assertThat(file.read(name, array.dataType())).isEqualTo(array));
  }

  @Test
  void aTransposedViewIsWrittenAsItReads() {
    INDArray matrix = Nd4j.rand(DataType.FLOAT, 3, 5);

    SafetensorsFile.write(path(), Map.of("w", matrix.transpose()));

    SafetensorsFile file = SafetensorsFile.open(path());
    assertThat(file.tensor("w").shape()).containsExactly(5L, 3L);
    assertThat(file.read("w")).isEqualTo(matrix.transpose());
  }

  @Test
  void numbersAreRoundedToTheTypeOfTheHeader() {
    SafetensorsHeader header = SafetensorsHeader.of(Map.of("w", List.of(2L)), TensorType.BF16);

    SafetensorsFile.write(path(), header, entry -> Nd4j.createFromArray(1f, 1.0001f));

    assertThat(SafetensorsFile.open(path()).read("w").toFloatVector()).containsExactly(1f, 1f);
  }

  @Test
  void anOlderFileStaysWhenANumberDoesNotFit() throws IOException {
    Files.writeString(path(), "old");
    SafetensorsHeader header = SafetensorsHeader.of(Map.of("w", List.of(1L)), TensorType.F16);

    assertThatThrownBy(
            () -> SafetensorsFile.write(path(), header, entry -> Nd4j.createFromArray(1e6f)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Weight w cannot be written as F16");
    assertThat(path()).hasContent("old");
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(path()));
  }

  @Test
  void integersAreNoWeights() {
    assertThatThrownBy(() -> SafetensorsFile.write(path(), Map.of("w", Nd4j.createFromArray(1, 2))))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Weight w is of type INT, but weights must be FLOAT, HALF or BFLOAT16.");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("below.safetensors");

    assertThatThrownBy(() -> SafetensorsFile.write(blocked, Map.of("w", Nd4j.createFromArray(1f))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot write " + blocked);
  }

  private Path path() {
    return folder.resolve("weights.safetensors");
  }
}
