package org.owlore.examples.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lombok.NonNull;

/** A {@code .npy} file of token ids: int32, little-endian, C order, {@code [rows, length]}. */
public final class TokenFile {
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\((\\d{1,18}), *(\\d{1,18})\\)");
  private static final int MAGIC_LENGTH = 6;

  private TokenFile() {}

  /**
   * Reads all rows.
   *
   * @return {@code [rows, length]}
   * @throws IllegalArgumentException if the file is not of this kind, or ends early
   * @throws UncheckedIOException if the file cannot be read
   */
  public static int[][] read(@NonNull Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s is larger than 2 GiB: split it into several files.".formatted(file));
      }
      ByteBuffer bytes =
          channel.map(MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
      String header = header(file, bytes);
      Matcher shape = SHAPE.matcher(header);
      if (!header.contains("'<i4'") || header.contains("True") || !shape.find()) {
        throw new IllegalArgumentException(
            "%s must hold int32 token ids [rows, length] in C order, but its header says %s."
                .formatted(file, header.strip()));
      }
      return rows(file, bytes, Long.parseLong(shape.group(1)), Long.parseLong(shape.group(2)));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read.".formatted(file), e);
    }
  }

  private static String header(Path file, ByteBuffer bytes) {
    if (bytes.remaining() < MAGIC_LENGTH + 6
        || bytes.get(0) != (byte) 0x93
        || bytes.get(1) != 'N') {
      throw new IllegalArgumentException("%s is not a NumPy .npy file.".formatted(file));
    }
    boolean longLength = bytes.get(MAGIC_LENGTH) > 1;
    int start = MAGIC_LENGTH + (longLength ? 6 : 4);
    long length = longLength ? bytes.getInt(8) & 0xffffffffL : bytes.getShort(8) & 0xffff;
    if (length > bytes.limit() - start) {
      throw new IllegalArgumentException("%s ends within its header.".formatted(file));
    }
    byte[] header = new byte[(int) length];
    bytes.position(start).get(header);
    return new String(header, StandardCharsets.ISO_8859_1);
  }

  private static int[][] rows(Path file, ByteBuffer bytes, long rows, long length) {
    double expected = (double) Integer.BYTES * rows * length;
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s promises %d rows of %d tokens, %.0f bytes, but holds %d."
              .formatted(file, rows, length, expected, bytes.remaining()));
    }
    int[][] ids = new int[length == 0 ? 0 : (int) rows][(int) length];
    for (int[] row : ids) {
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes.getInt();
      }
    }
    return ids;
  }
}
