package org.owlore.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;

class SafetensorsFileTest {
  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir Path folder;

  @Test
  void theHeaderListsTensorsInItsOwnOrder() {
    SafetensorsFile file =
        open(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"z\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]},"
                + "\"a\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}   ",
            new byte[16]);

    assertThat(file.tensors()).extracting(TensorEntry::name).containsExactly("z", "a");
    assertThat(file.tensor("z").shape()).isEmpty();
    assertThat(file.tensor("z").length()).isOne();
    assertThat(file.tensor("a").type()).isEqualTo(TensorType.BF16);
    assertThat(file.tensor("a").shape()).containsExactly(2L, 2L);
    assertThat(file.tensor("a").bytes()).isEqualTo(8);
  }

  @Test
  void singlesAreReadBitByBit() {
    int[] bits = {0x3F80_0000, 0x8000_0000, 0x0000_0001, 0x7F80_0001, 0xFFC0_1234, 0xFF80_0000};
    SafetensorsFile file = open(header("F32", "2,3", 24), SafetensorsBytes.littleEndian(bits));

    INDArray array = file.read("a");

    assertThat(array.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(array.ordering()).isEqualTo('c');
    assertThat(array.shape()).containsExactly(2, 3);
    for (int i = 0; i < bits.length; i++) {
      assertThat(bitsOf(array, i)).isEqualTo(bits[i]);
    }
  }

  @Test
  void halvesAreWidened() {
    short[] bits = {0x3C00, (short) 0x8000, 0x0001, (short) 0xFC00};
    SafetensorsFile file = open(header("F16", "4", 8), SafetensorsBytes.littleEndian(bits));

    assertThat(file.read("a").toFloatVector())
        .containsExactly(1f, -0f, 0x1p-24f, Float.NEGATIVE_INFINITY);
  }

  @Test
  void brainHalvesAreWidened() {
    short[] bits = {0x3F80, (short) 0x8000, 0x0001, 0x7F7F};
    SafetensorsFile file = open(header("BF16", "4", 8), SafetensorsBytes.littleEndian(bits));

    assertThat(file.read("a").toFloatVector())
        .containsExactly(
            1f, -0f, Float.intBitsToFloat(0x1_0000), Float.intBitsToFloat(0x7F7F_0000));
  }

  @Test
  void aScalarIsReadAsAScalar() {
    SafetensorsFile file = open(header("F32", "", 4), SafetensorsBytes.littleEndian(0x4000_0000));

    INDArray array = file.read("a");

    assertThat(array.rank()).isZero();
    assertThat(array.getFloat(0)).isEqualTo(2f);
  }

  @Test
  void aTensorWithoutElementsIsReadAsEmpty() {
    SafetensorsFile file = open(header("F32", "0,3", 0), new byte[0]);

    assertThat(file.read("a").isEmpty()).isTrue();
  }

  @Test
  void tensorsAreFoundBehindOthers() {
    SafetensorsFile file =
        open(
            "{\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[3,5]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
            new byte[] {9, 9, 9, 0, 0x40});

    assertThat(file.read("b").getFloat(0)).isEqualTo(2f);
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("model.safetensors");

    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("Cannot read " + missing + ": there is no file " + missing + ".");
  }

  @Test
  void aMissingTensorIsNamed() {
    SafetensorsFile file = open(ONE, new byte[8]);

    assertThatThrownBy(() -> file.read("b"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file.path() + " has no tensor b.");
  }

  @Test
  void numbersOfAnotherTypeAreNoWeights() {
    SafetensorsFile file = open(header("I32", "2", 8), new byte[8]);

    assertThatThrownBy(() -> file.read("a"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Tensor a in")
        .hasMessageEndingWith("has dtype I32, but weights must be F32, F16 or BF16.");
  }

  static Stream<Arguments> brokenFiles() {
    return Stream.of(
        Arguments.of(new byte[5], "has 5 bytes and so no safetensors header"),
        Arguments.of(
            SafetensorsBytes.of(100, ONE.getBytes(StandardCharsets.UTF_8), new byte[8]),
            "announces a header of 100 bytes, but the file has 70 bytes"),
        Arguments.of(
            SafetensorsBytes.of(-1, new byte[0], new byte[8]),
            "announces a header of 18446744073709551615 bytes, but the file has 16 bytes"),
        Arguments.of(
            SafetensorsBytes.of(ONE, new byte[7]),
            "places tensor a up to byte 8, but only 7 bytes follow the header (is the file truncated?)"),
        Arguments.of(
            SafetensorsBytes.of(ONE, new byte[9]), "describes 8 bytes of tensors, but 9 follow"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("brokenFiles")
  void aBrokenFileIsRefused(byte[] bytes, String problem) {
    Path path = SafetensorsBytes.write(folder.resolve("broken.safetensors"), bytes);

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(problem);
  }

  @Test
  void aHeaderLongerThanTheFormatAllowsIsRefused() throws IOException {
    Path path = folder.resolve("long.safetensors");
    long length = SafetensorsHeader.MAXIMUM_JSON_BYTES + 1L;
    SafetensorsBytes.write(path, SafetensorsBytes.of(length, new byte[0], new byte[0]));
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(length + 1000);
    }

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            path
                + " announces a header of 100000001 bytes, more than the 100000000 that the format"
                + " allows.");
  }

  static Stream<Arguments> brokenHeaders() {
    return Stream.of(
        Arguments.of("{\"a\":", "is not valid JSON"),
        Arguments.of("[]", "is not a JSON object"),
        Arguments.of("", "is not a JSON object"),
        Arguments.of(ONE + "{}", "goes on behind the closing brace"),
        Arguments.of("{\"__metadata__\":[]}", "has a __metadata__ that is no map of strings"),
        Arguments.of(
            "{\"__metadata__\":{\"x\":[[[]]]}}", "has a __metadata__ that is no map of strings"),
        Arguments.of("{\"a\":{\"x\":[[[]]]}}", "gives tensor a the unknown field x"),
        Arguments.of("{\"a\":7}", "has no {dtype, shape, data_offsets} for tensor a"),
        Arguments.of("{\"a\":{}}", "has no {dtype, shape, data_offsets} for tensor a"),
        Arguments.of(entry("F31", "[2]", "[0,8]"), "gives tensor a the unknown dtype \"F31\""),
        Arguments.of(
            entry("F32", "[-2]", "[0,8]"),
            "gives tensor a a shape that is no list of non-negative integers"),
        Arguments.of(
            entry("F32", "[2.5]", "[0,8]"),
            "gives tensor a a shape that is no list of non-negative integers"),
        Arguments.of(
            entry("F32", "2", "[0,8]"),
            "gives tensor a a shape that is no list of non-negative integers"),
        Arguments.of(
            entry("F32", "[2]", "[0,99999999999999999999]"),
            "gives tensor a a data_offsets that is no list of non-negative integers"),
        Arguments.of(
            entry("F32", "[2]", "[8,0]"),
            "gives tensor a data_offsets [8, 0], expected [begin, end]"),
        Arguments.of(
            entry("F32", "[2]", "[0]"), "gives tensor a data_offsets [0], expected [begin, end]"),
        Arguments.of(
            entry("F32", "[3]", "[0,8]"),
            "gives tensor a 8 bytes, but F32 of shape [3] has another size"),
        Arguments.of(
            entry("F32", "[4294967296,4294967296]", "[0,8]"),
            "gives tensor a 8 bytes, but F32 of shape [4294967296, 4294967296] has another size"),
        Arguments.of(
            entry("F4", "[3]", "[0,1]"),
            "gives tensor a 1 bytes, but F4 of shape [3] has another size"),
        Arguments.of(
            entry("F32", "[1]", "[4,8]"),
            "places tensor a at byte 4, leaving a gap: expected byte 0"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "places tensor b at byte 4, overlapping another: expected byte 8"),
        Arguments.of(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            "lists tensor a twice"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("brokenHeaders")
  void aBrokenHeaderIsRefused(String json, String problem) {
    assertThatThrownBy(() -> open(json, new byte[8]))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("The header of " + folder)
        .hasMessageContaining(problem);
  }

  private SafetensorsFile open(String json, byte[] data) {
    Path path = folder.resolve("model.safetensors");
    return SafetensorsFile.open(SafetensorsBytes.write(path, SafetensorsBytes.of(json, data)));
  }

  private static String header(String type, String shape, int bytes) {
    return entry(type, "[" + shape + "]", "[0," + bytes + "]");
  }

  private static String entry(String type, String shape, String offsets) {
    return "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(type, shape, offsets);
  }

  private static int bitsOf(INDArray array, int index) {
    return Float.floatToRawIntBits(array.data().getFloat(index));
  }
}
