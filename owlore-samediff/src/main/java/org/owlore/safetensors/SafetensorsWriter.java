package org.owlore.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.files.StagedFile;
import org.owlore.precision.ArrayBits;

/** Writes a safetensors file tensor by tensor through a small buffer. */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
final class SafetensorsWriter {
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Writes a file as a whole or not at all.
   *
   * @param header starts the file as it is
   * @param content writes the bytes of each tensor, in file order
   */
  static void write(Path file, SafetensorsHeader header, Content content) throws IOException {
    List<TensorEntry> fileOrder =
        header.entries().values().stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end))
            .toList();
    StagedFile.write(
        file,
        channel -> {
          SafetensorsWriter writer = new SafetensorsWriter(channel);
          writer.writeHeader(header);
          for (TensorEntry entry : fileOrder) {
            content.write(entry, writer);
          }
        });
  }

  private void writeHeader(SafetensorsHeader header) throws IOException {
    buffer.clear().putLong(header.json().length).flip();
    copy(buffer);
    copy(ByteBuffer.wrap(header.json()));
  }

  /**
   * Writes an array as the numbers of a tensor.
   *
   * @param entry of type F32, F16 or BF16
   * @param array of the entry's shape
   * @throws CheckpointException if a finite number is too large for the entry's type
   */
  void encode(TensorEntry entry, INDArray array) throws IOException {
    boolean isPlain = isStored(array.dataType()) && array.ordering() == 'c' && !array.isView();
    INDArray plain = isPlain ? array : plain(array);
    ArrayBits numbers = ArrayBits.of(plain);
    WeightCodec codec = WeightCodec.of(entry.type());
    int elementBytes = entry.type().bits() / Byte.SIZE;
    for (long offset = 0; offset < entry.bytes(); offset += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, entry.bytes() - offset));
      encodeChunk(entry, codec, numbers, offset / elementBytes);
      copy(buffer);
    }
    if (!isPlain) {
      plain.close();
    }
  }

  private static boolean isStored(DataType type) {
    return type == DataType.FLOAT || type == DataType.HALF || type == DataType.BFLOAT16;
  }

  private static INDArray plain(INDArray array) {
    INDArray plain = Nd4j.createUninitialized(DataType.FLOAT, array.shape(), 'c');
    plain.assign(array);
    return plain;
  }

  private void encodeChunk(TensorEntry entry, WeightCodec codec, ArrayBits array, long start) {
    try {
      codec.encode(array, start, buffer);
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "Weight %s cannot be written as %s: %s."
              .formatted(entry.name(), entry.type(), e.getMessage()),
          e);
    }
  }

  /** Writes bytes as they are. */
  void copy(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes the bytes of one tensor. */
  @FunctionalInterface
  interface Content {
    /**
     * Writes a tensor.
     *
     * @param entry the tensor
     * @param writer whose {@code encode} or {@code copy} takes exactly the entry's bytes
     */
    void write(TensorEntry entry, SafetensorsWriter writer) throws IOException;
  }
}
