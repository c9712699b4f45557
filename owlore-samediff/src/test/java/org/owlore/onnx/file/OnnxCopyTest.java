package org.owlore.onnx.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;
import org.owlore.files.CheckpointException;

class OnnxCopyTest {
  private static final INDArray OTHER = Nd4j.createFromArray(new float[][] {{9, 8}, {7, 6}});

  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void chooseTarget() {
    target = folder.resolve("out").resolve("copy.onnx");
  }

  @Test
  void onlyTheBytesOfTheWeightChange() throws IOException {
    Path source = OnnxFileTest.model(OnnxFileTest.floats(2, 2)).write(folder.resolve("a.onnx"));

    copy(source, OTHER);

    byte[] before = Files.readAllBytes(source);
    byte[] after = Files.readAllBytes(target);
    byte[] old = OnnxFileTest.bytes(0, 1, 2, 3);
    int at =
        new String(before, java.nio.charset.StandardCharsets.ISO_8859_1)
            .indexOf(new String(old, java.nio.charset.StandardCharsets.ISO_8859_1));
    System.arraycopy(OnnxFileTest.bytes(9, 8, 7, 6), 0, before, at, old.length);
    assertThat(after).isEqualTo(before);
  }

  @Test
  void unchangedWeightsGiveTheSameFile() throws IOException {
    Path source = OnnxFileTest.model(OnnxFileTest.floats(2, 2)).write(folder.resolve("a.onnx"));

    copy(source, OnnxFile.open(source).initializers().get("w").array());

    assertThat(target).hasSameBinaryContentAs(source);
  }

  @Test
  void numbersListedOneByOneAreReplacedAsWell() {
    TensorProto listed =
        TensorProto.newBuilder(OnnxFileTest.floats(2, 2))
            .clearRawData()
            .addAllFloatData(List.of(0f, 1f, 2f, 3f))
            .build();
    Path source = OnnxFileTest.model(listed).write(folder.resolve("a.onnx"));

    copy(source, OTHER);

    assertThat(numbers(target)).containsExactly(9, 8, 7, 6);
  }

  @Test
  void halfPrecisionIsRoundedToNearest() {
    TensorProto half =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(10)
            .addDims(2)
            .addDims(2)
            .setRawData(ByteString.copyFrom(new byte[8]))
            .build();
    Path source = OnnxFileTest.model(half).write(folder.resolve("a.onnx"));

    copy(source, Nd4j.createFromArray(new float[][] {{1f, 0.1f}, {-2f, 65504f}}));

    assertThat(numbers(target)).containsExactly(1, 0.0999755859375, -2, 65504);
  }

  @Test
  void numbersTooLargeForHalfPrecisionAreRefusedAndNothingIsLeft() {
    TensorProto half =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(10)
            .addDims(2)
            .addDims(2)
            .setRawData(ByteString.copyFrom(new byte[8]))
            .build();
    Path source = OnnxFileTest.model(half).write(folder.resolve("a.onnx"));

    assertThatThrownBy(() -> copy(source, OTHER.mul(1e6)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("too large for tensor \"w\"");
    assertThat(target).doesNotExist();
    assertThat(folder.resolve("out")).isEmptyDirectory();
  }

  @Test
  void dataBesideTheFileIsCopiedAlong() throws IOException {
    Files.write(folder.resolve("w.bin"), OnnxFileTest.bytes(5, 0, 1, 2, 3));
    Path source = OnnxFileTest.model(external("w.bin")).write(folder.resolve("a.onnx"));

    copy(source, OTHER);

    assertThat(target).hasSameBinaryContentAs(source);
    assertThat(Files.readAllBytes(target.resolveSibling("w.bin")))
        .isEqualTo(OnnxFileTest.bytes(5, 9, 8, 7, 6));
  }

  @Test
  void aCopyThatWouldOverwriteTheModelsDataIsRefused() throws IOException {
    Files.write(folder.resolve("w.bin"), OnnxFileTest.bytes(5, 0, 1, 2, 3));
    Path source = OnnxFileTest.model(external("w.bin")).write(folder.resolve("a.onnx"));
    target = folder.resolve("b.onnx");

    assertThatThrownBy(() -> copy(source, OTHER))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("give a file in another folder");
  }

  @Test
  void dataThatAnotherModelMayNeedIsNotOverwritten() throws IOException {
    Files.write(folder.resolve("w.bin"), OnnxFileTest.bytes(5, 0, 1, 2, 3));
    Path source = OnnxFileTest.model(external("w.bin")).write(folder.resolve("a.onnx"));
    copy(source, OTHER);
    target = target.resolveSibling("second.onnx");

    assertThatThrownBy(() -> copy(source, OTHER.mul(2)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("may belong to another model");
  }

  @Test
  void theModelsDataIsNotOverwrittenThroughALink() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.write(real.resolve("w.bin"), OnnxFileTest.bytes(5, 0, 1, 2, 3));
    Path source = OnnxFileTest.model(external("w.bin")).write(real.resolve("a.onnx"));
    target = Files.createSymbolicLink(folder.resolve("link"), real).resolve("b.onnx");

    assertThatThrownBy(() -> copy(source, OTHER))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("would share its data");
  }

  @Test
  void tensorsThatCannotBeReplacedAreFoundBeforeTraining() {
    TensorProto listed =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(16)
            .addDims(2)
            .addDims(2)
            .addAllInt32Data(List.of(1, 2, 3, 4))
            .build();
    Path source = OnnxFileTest.model(listed).write(folder.resolve("a.onnx"));

    assertThatThrownBy(
            () -> new OnnxCopy(OnnxFile.open(source)).requireWritable(target, Set.of("w")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("write .safetensors instead");
  }

  @Test
  void theModelItselfIsNotOverwritten() {
    Path source = OnnxFileTest.model(OnnxFileTest.floats(2, 2)).write(folder.resolve("a.onnx"));
    target = source;

    assertThatThrownBy(() -> copy(source, OTHER))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is the model itself");
  }

  private static TensorProto external(String location) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(2)
        .addDims(2)
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .addExternalData(StringStringEntryProto.newBuilder().setKey("offset").setValue("4"))
        .build();
  }

  private void copy(Path source, INDArray weight) {
    new OnnxCopy(OnnxFile.open(source)).write(target, Set.of("w"), name -> weight);
  }

  private static double[] numbers(Path file) {
    return OnnxFile.open(file).initializers().get("w").numbers();
  }
}
