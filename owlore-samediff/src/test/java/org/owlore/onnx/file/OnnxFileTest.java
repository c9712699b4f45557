package org.owlore.onnx.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.protobuf.ByteString;
import org.owlore.files.CheckpointException;
import org.owlore.testing.OnnxBuilder;

class OnnxFileTest {
  @TempDir private Path folder;

  @Test
  void aMissingFileIsSaidToBeMissing() {
    assertThatThrownBy(() -> OnnxFile.open(folder.resolve("none.onnx")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("there is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not a protobuf", "{\"json\": true}"})
  void otherKindsOfFilesAreRefused(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), content);

    assertThatThrownBy(() -> OnnxFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    Path file = model(floats(2, 2)).write(folder.resolve("model.onnx"));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 3));

    assertThatThrownBy(() -> OnnxFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("truncated");
  }

  @ParameterizedTest
  @CsvSource({"3, 1", "-2, 2", "4611686018427387904, 4"})
  void dataThatDoesNotFitTheShapeIsRefused(long rows, long columns) {
    TensorProto tensor =
        TensorProto.newBuilder(floats(2, 2)).clearDims().addDims(rows).addDims(columns).build();
    Path file = model(tensor).write(folder.resolve("model.onnx"));

    assertThatThrownBy(() -> OnnxFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Tensor \"w\"")
        .hasMessageContaining("shape");
  }

  @Test
  void unknownNumberTypesAreRefused() {
    TensorProto tensor = TensorProto.newBuilder(floats(2, 2)).setDataType(8).build();
    Path file = model(tensor).write(folder.resolve("model.onnx"));

    assertThatThrownBy(() -> OnnxFile.open(file))
        .hasMessageContaining("numbers of type 8, which is not supported");
  }

  @Test
  void dataBesideTheFileIsRead() throws IOException {
    Files.write(folder.resolve("weights.bin"), bytes(9, 1, 2, 3, 4));
    Path file = model(external("weights.bin", "4", "16")).write(folder.resolve("model.onnx"));

    assertThat(OnnxFile.open(file).initializers().get("w").numbers()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "weights.bin, 8, 16, truncated",
    "weights.bin, -4, 16, negative",
    "weights.bin, four, 16, malformed",
    "missing.bin, 0, 16, there is no file",
    "../secret.bin, 0, 16, not in the folder of the model",
    "/etc/passwd, 0, 16, not in the folder of the model",
    "'', 0, 16, not in the folder of the model"
  })
  void dataThatIsNotThereIsRefused(String location, String offset, String length, String reason)
      throws IOException {
    Files.write(folder.resolve("weights.bin"), bytes(1, 2, 3, 4));
    Path file = model(external(location, offset, length)).write(folder.resolve("model.onnx"));

    assertThatThrownBy(() -> OnnxFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16, 10", "BFLOAT16, 16"})
  void halfPrecisionNumbersAreWidened(NumberFormat format, int code) {
    int one = format == NumberFormat.FLOAT16 ? 0x3C00 : 0x3F80;
    int minusTwo = format == NumberFormat.FLOAT16 ? 0xC000 : 0xC000;
    TensorProto tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(code)
            .addDims(2)
            .addAllInt32Data(List.of(one, minusTwo))
            .build();
    Path file = model(tensor).write(folder.resolve("model.onnx"));

    OnnxTensor read = OnnxFile.open(file).initializers().get("w");

    assertThat(read.format()).isEqualTo(format);
    assertThat(read.array().toFloatVector()).containsExactly(1f, -2f);
  }

  static OnnxBuilder model(TensorProto tensor) {
    return new OnnxBuilder()
        .input("input_ids", OnnxBuilder.INT64, "b", "s")
        .initializer(tensor)
        .node("Identity", List.of("w"), "z")
        .output("z");
  }

  static TensorProto floats(long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(1);
    int length = 1;
    for (long dimension : shape) {
      tensor.addDims(dimension);
      length *= (int) dimension;
    }
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = i;
    }
    return tensor.setRawData(ByteString.copyFrom(bytes(numbers))).build();
  }

  private static TensorProto external(String location, String offset, String length) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(1)
        .addDims(2)
        .addDims(2)
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  static byte[] bytes(float... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return bytes.array();
  }
}
