package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.precision.ArrayBits;

/**
 * A tensor of an ONNX file: an initializer or the value of a constant.
 *
 * @param name as in the file; empty for the value of a constant
 * @param format type of its numbers
 * @param shape in C order; empty for a single number
 * @param bytes exactly as many as the shape needs
 */
public record OnnxTensor(
    @NonNull String name,
    @NonNull NumberFormat format,
    @NonNull long[] shape,
    @NonNull TensorBytes bytes) {
  /** Numbers read at once. */
  private static final int CHUNK = 1 << 16;

  private static final int TILE = 64;

  /** How many numbers there are. */
  public long length() {
    return bytes.length() / format.width();
  }

  /** Whether the numbers are floating-point ones. */
  public boolean isFloating() {
    return format.elementType() == ElementType.FLOAT;
  }

  /**
   * All numbers.
   *
   * @throws CheckpointException when the file cannot be read
   */
  public double[] numbers() {
    double[] numbers = new double[Math.toIntExact(length())];
    forEachChunk(
        (start, chunk, size) -> {
          for (int i = 0; i < size; i++) {
            numbers[(int) start + i] = format.read(chunk, i * format.width());
          }
        });
    return numbers;
  }

  /**
   * The numbers as a new array of the type of {@link ElementType#dataType()}, which the caller
   * owns. Integers beyond 32 bits become the largest or smallest of these.
   *
   * @throws CheckpointException when the file cannot be read
   */
  public INDArray array() {
    DataType type = format.elementType().dataType();
    INDArray array = Nd4j.createUninitialized(type, shape, 'c');
    if (type == DataType.FLOAT) {
      ArrayBits bits = ArrayBits.of(array);
      int[] singles = new int[CHUNK];
      forEachChunk(
          (start, chunk, size) -> {
            format.readSingles(chunk, singles, size);
            bits.write(start, singles, size);
          });
    } else {
      forEachChunk(
          (start, chunk, size) -> {
            for (int i = 0; i < size; i++) {
              array.data().put(start + i, (int) format.read(chunk, i * format.width()));
            }
          });
    }
    return array;
  }

  /**
   * Whether another tensor holds the same numbers.
   *
   * @param transposed whether as its transpose; both are matrices then
   */
  public boolean hasNumbersOf(@NonNull OnnxTensor other, boolean transposed) {
    boolean comparable =
        length() == other.length()
            && Math.max(bytes.length(), other.bytes.length()) <= Integer.MAX_VALUE;
    int columns = transposed ? Math.toIntExact(shape[1]) : 1;
    return comparable && sameNumbers(other, Math.toIntExact(length() / columns), columns);
  }

  /** In tiles, because one of the two is read across its rows. */
  private boolean sameNumbers(OnnxTensor other, int rows, int columns) {
    try {
      ByteBuffer own = bytes.read(0, (int) bytes.length());
      ByteBuffer others = other.bytes.read(0, (int) other.bytes.length());
      for (int row = 0; row < rows; row += TILE) {
        for (int column = 0; column < columns; column += TILE) {
          for (int i = row; i < Math.min(rows, row + TILE); i++) {
            for (int j = column; j < Math.min(columns, column + TILE); j++) {
              double number = format.read(own, (i * columns + j) * format.width());
              if (number != other.format.read(others, (j * rows + i) * other.format.width())) {
                return false;
              }
            }
          }
        }
      }
      return true;
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read tensor \"" + name + "\"", e);
    }
  }

  private void forEachChunk(ChunkReader reader) {
    try {
      for (long start = 0; start < length(); start += CHUNK) {
        int size = (int) Math.min(CHUNK, length() - start);
        reader.read(start, bytes.read(start * format.width(), size * format.width()), size);
      }
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read tensor \"" + name + "\"", e);
    }
  }

  /** Receives some numbers. */
  @FunctionalInterface
  private interface ChunkReader {
    void read(long start, ByteBuffer chunk, int size);
  }
}
