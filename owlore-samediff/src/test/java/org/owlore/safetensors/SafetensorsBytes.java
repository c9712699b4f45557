package org.owlore.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files put together by hand, right or wrong. */
public final class SafetensorsBytes {
  private SafetensorsBytes() {}

  /** A file of a header, whose length is announced truly, and data. */
  public static byte[] of(String json, byte[] data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return of(header.length, header, data);
  }

  /** A file that announces any length for its header. */
  public static byte[] of(long announced, byte[] header, byte[] data) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(announced).array();
    file.writeBytes(length);
    file.writeBytes(header);
    file.writeBytes(data);
    return file.toByteArray();
  }

  public static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static byte[] littleEndian(int... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  public static byte[] littleEndian(short... words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (short word : words) {
      bytes.putShort(word);
    }
    return bytes.array();
  }
}
