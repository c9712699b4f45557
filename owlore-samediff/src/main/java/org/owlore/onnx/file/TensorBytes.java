package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The numbers of a tensor as little-endian bytes, wherever they lie. */
public sealed interface TensorBytes {

  /** How many bytes there are. */
  long length();

  /**
   * Some of the bytes.
   *
   * @param offset of the first one
   * @param size how many
   */
  ByteBuffer read(long offset, int size) throws IOException;

  /** Bytes in the ONNX file itself, which is mapped into memory. */
  record Inline(ByteBuffer bytes) implements TensorBytes {
    @Override
    public long length() {
      return bytes.remaining();
    }

    @Override
    public ByteBuffer read(long offset, int size) {
      return bytes
          .slice(bytes.position() + Math.toIntExact(offset), size)
          .order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Bytes in a file beside the ONNX file. */
  record External(Path file, long start, long length) implements TensorBytes {
    @Override
    public ByteBuffer read(long offset, int size) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel
            .map(FileChannel.MapMode.READ_ONLY, start + offset, size)
            .order(ByteOrder.LITTLE_ENDIAN);
      }
    }
  }
}
