package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.testing.SharedData;

class TokenFileTest {
  private static final String HEADER =
      "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }";

  @TempDir Path folder;

  @Test
  void rowsAreReadInOrder() throws IOException {
    assertThat(TokenFile.read(write(HEADER, 1, 2, 3, 4, 5, 6)))
        .isDeepEqualTo(new int[][] {{1, 2, 3}, {4, 5, 6}});
  }

  @Test
  void otherTypesAreRefusedWithTheirHeader() throws IOException {
    Path file = write(HEADER.replace("i4", "i8"), 1, 2, 3, 4, 5, 6);

    assertThatThrownBy(() -> TokenFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must hold int32 token ids [rows, length]")
        .hasMessageContaining("'<i8'");
  }

  @Test
  void columnOrderAndOtherRanksAreRefused() throws IOException {
    Path columns = write(HEADER.replace("False", "True"), 1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> TokenFile.read(columns)).hasMessageContaining("C order");
    Path vector = write(HEADER.replace("(2, 3)", "(6,)"), 1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> TokenFile.read(vector)).hasMessageContaining("[rows, length]");
  }

  @Test
  void aTruncatedFileIsRefusedWithBothSizes() throws IOException {
    Path file = write(HEADER, 1, 2, 3, 4, 5);

    assertThatThrownBy(() -> TokenFile.read(file))
        .hasMessageEndingWith("promises 2 rows of 3 tokens, 24 bytes, but holds 20.");
  }

  @Test
  void anUnboundedShapeIsRefused() throws IOException {
    Path file = write(HEADER.replace("(2, 3)", "(9999999999, 99999999999)"), 1);

    assertThatThrownBy(() -> TokenFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("promises 9999999999 rows");
  }

  @Test
  void rowsWithoutTokensAreNoRows() throws IOException {
    assertThat(TokenFile.read(write(HEADER.replace("(2, 3)", "(9999999999, 0)")))).isEmpty();
  }

  @Test
  void aFileBeyondTwoGibibytesIsRefused() throws IOException {
    Path file = folder.resolve("huge.npy");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 31);
    }

    assertThatThrownBy(() -> TokenFile.read(file)).hasMessageContaining("larger than 2 GiB");
  }

  @Test
  void aFileThatEndsWithinItsHeaderIsRefused() throws IOException {
    Path file = write(HEADER, 1);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 20));

    assertThatThrownBy(() -> TokenFile.read(file)).hasMessageEndingWith("ends within its header.");
  }

  @Test
  void somethingElseIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.npy"), "not a NumPy file");

    assertThatThrownBy(() -> TokenFile.read(file)).hasMessageEndingWith("not a NumPy .npy file.");
  }

  @Test
  void realTokensAreTheOnesNd4jReads() {
    Path file = SharedData.require("golden/train/tokens.npy");

    try (INDArray expected = SharedData.array("golden/train/tokens.npy")) {
      assertThat(TokenFile.read(file)).isDeepEqualTo(expected.toIntMatrix());
    }
  }

  private Path write(String header, int... values) throws IOException {
    return write(folder.resolve("tokens.npy"), header, values);
  }

  /** Writes a file as NumPy does, format 1.0. */
  static Path write(Path file, String header, int... values) throws IOException {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer data = ByteBuffer.allocate(10 + text.length + 4 * values.length);
    data.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93).put("NUMPY".getBytes()).put((byte) 1);
    data.put((byte) 0).putShort((short) text.length).put(text);
    Arrays.stream(values).forEach(data::putInt);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(data.array());
    return Files.write(file, out.toByteArray());
  }
}
