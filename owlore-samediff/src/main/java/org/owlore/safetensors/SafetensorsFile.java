package org.owlore.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.files.CheckpointException;
import org.owlore.precision.ArrayBits;
import org.owlore.precision.NarrowWeight;

/**
 * A safetensors file, read through memory mappings.
 *
 * <p>Opening reads and checks the header only. A tensor goes from the mapped file straight into its
 * off-heap array; the Java heap sees no more than a small buffer of it.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class SafetensorsFile {
  /** Bytes mapped at once; a multiple of every number's size, far below Java's limit of 2 GB. */
  private static final long MAPPING_BYTES = 1L << 28;

  private final Path path;
  private final SafetensorsHeader header;

  /**
   * Reads and checks the header of a file.
   *
   * @throws CheckpointException if the file is missing, truncated or its header is malformed
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      byte[] json = readJson(path, channel, fileBytes);
      long dataBytes = fileBytes - SafetensorsHeader.LENGTH_BYTES - json.length;
      return new SafetensorsFile(
          path, new SafetensorsHeaderParser(path.toString(), dataBytes).parse(json));
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read " + path, e);
    }
  }

  /**
   * Writes arrays as one file, as a whole or not at all, in place of an older file.
   *
   * @param file where to; folders above it are made
   * @param tensors tensor name to array, in file order; FLOAT, HALF and BFLOAT16 become F32, F16
   *     and BF16, views and any order are written in C order
   * @throws CheckpointException if an array is of another type, or writing fails; an older file is
   *     then as before
   */
  public static void write(@NonNull Path file, @NonNull Map<String, INDArray> tensors) {
    write(file, SafetensorsHeader.of(tensors), entry -> tensors.get(entry.name()));
  }

  /**
   * Writes arrays as one file, as a whole or not at all, in place of an older file.
   *
   * @param file where to; folders above it are made
   * @param header names, types and shapes
   * @param tensors gives each array when it is written; narrower types round to nearest, ties to
   *     even
   * @throws CheckpointException if a number is too large for its tensor's type, or writing fails;
   *     an older file is then as before
   */
  public static void write(
      @NonNull Path file,
      @NonNull SafetensorsHeader header,
      @NonNull Function<TensorEntry, INDArray> tensors) {
    try {
      SafetensorsWriter.write(
          file, header, (entry, writer) -> writer.encode(entry, tensors.apply(entry)));
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write " + file, e);
    }
  }

  private static byte[] readJson(Path path, FileChannel channel, long fileBytes)
      throws IOException {
    if (fileBytes < SafetensorsHeader.LENGTH_BYTES) {
      throw new CheckpointException(
          "%s has %d bytes and so no safetensors header (is the file truncated?)."
              .formatted(path, fileBytes));
    }
    long length = map(channel, 0, SafetensorsHeader.LENGTH_BYTES).getLong();
    if (length < 0 || length > fileBytes - SafetensorsHeader.LENGTH_BYTES) {
      throw new CheckpointException(
          "%s announces a header of %s bytes, but the file has %d bytes (is it truncated, or no safetensors file?)."
              .formatted(path, Long.toUnsignedString(length), fileBytes));
    }
    if (length > SafetensorsHeader.MAXIMUM_JSON_BYTES) {
      throw new CheckpointException(
          "%s announces a header of %d bytes, more than the %d that the format allows."
              .formatted(path, length, SafetensorsHeader.MAXIMUM_JSON_BYTES));
    }
    byte[] json = new byte[(int) length];
    map(channel, SafetensorsHeader.LENGTH_BYTES, length).get(json);
    return json;
  }

  /** Where the file lies. */
  public Path path() {
    return path;
  }

  /** All tensors, in the order of the header. */
  public Collection<TensorEntry> tensors() {
    return header.entries().values();
  }

  /**
   * The entry of one tensor.
   *
   * @throws CheckpointException if the file has no such tensor
   */
  public TensorEntry tensor(String name) {
    TensorEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new CheckpointException(path + " has no tensor " + name + ".");
    }
    return entry;
  }

  /**
   * Reads one tensor as FLOAT.
   *
   * @param name a tensor of type F32, F16 or BF16
   * @return a new array in C order, off-heap, which the caller closes
   * @throws CheckpointException if the file has no such tensor or its numbers are of another type
   */
  public INDArray read(String name) {
    return read(name, DataType.FLOAT);
  }

  /**
   * Reads one tensor; narrower types round to nearest, ties to even.
   *
   * @param name a tensor of type F32, F16 or BF16
   * @param type FLOAT, HALF or BFLOAT16
   * @return a new array in C order, off-heap, which the caller closes
   * @throws CheckpointException if the file has no such tensor, its numbers are of another type, or
   *     one is too large for the type asked for
   */
  public INDArray read(String name, DataType type) {
    TensorEntry entry = tensor(name);
    requireWeight(entry);
    INDArray array = Nd4j.createUninitialized(type, entry.dimensions(), 'c');
    try {
      read(entry, ArrayBits.of(array));
    } catch (IOException e) {
      array.close();
      throw CheckpointException.of("Cannot read tensor " + name + " from " + path, e);
    } catch (ArithmeticException e) {
      array.close();
      throw new CheckpointException(
          "Tensor %s in %s cannot be stored as %s: %s; use another type for the weights."
              .formatted(name, path, type, e.getMessage()),
          e);
    }
    return array;
  }

  private void read(TensorEntry entry, ArrayBits array) throws IOException {
    WeightCodec codec = WeightCodec.of(entry.type());
    forEachChunk(
        entry,
        (bytes, offset) -> codec.decode(bytes, array, offset * Byte.SIZE / entry.type().bits()));
  }

  /**
   * Checks that a tensor can be read.
   *
   * @throws CheckpointException if its numbers are not of type F32, F16 or BF16
   */
  public void requireWeight(@NonNull TensorEntry entry) {
    if (!entry.type().isWeight()) {
      throw new CheckpointException(
          "Tensor %s in %s has dtype %s, but weights must be F32, F16 or BF16."
              .formatted(entry.name(), path, entry.type()));
    }
  }

  /**
   * Writes a new file with the same header, as a whole or not at all.
   *
   * @param file where to
   * @param weights gives the array that replaces a tensor, or nothing to keep its bytes; these are
   *     kept as well where the array is their rounding to its narrower type
   * @throws CheckpointException if a number is too large for its tensor's type
   * @throws IOException if the file cannot be written
   */
  public void rewrite(
      @NonNull Path file, @NonNull Function<TensorEntry, Optional<INDArray>> weights)
      throws IOException {
    SafetensorsWriter.write(
        file,
        header,
        (entry, writer) -> {
          Optional<INDArray> weight =
              weights.apply(entry).filter(array -> !isRounding(entry, array));
          if (weight.isPresent()) {
            writer.encode(entry, weight.get());
          } else {
            forEachChunk(entry, (bytes, offset) -> writer.copy(bytes));
          }
        });
  }

  /** Whether an array holds a tensor's numbers as they became when they were stored narrower. */
  private boolean isRounding(TensorEntry entry, INDArray array) {
    if (!NarrowWeight.isNarrow(array) || array.dataType() == entry.type().dataType()) {
      return false;
    }
    RoundedComparison comparison = new RoundedComparison(array);
    try {
      read(entry, comparison);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read tensor " + entry.name() + " from " + path, e);
    }
    return comparison.equal();
  }

  private void forEachChunk(TensorEntry entry, ChunkReader reader) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      for (long offset = 0; offset < entry.bytes(); offset += MAPPING_BYTES) {
        long size = Math.min(MAPPING_BYTES, entry.bytes() - offset);
        reader.accept(map(channel, header.dataStart() + entry.begin() + offset, size), offset);
      }
    }
  }

  private static ByteBuffer map(FileChannel channel, long position, long size) throws IOException {
    return channel
        .map(FileChannel.MapMode.READ_ONLY, position, size)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Receives the bytes of a tensor. */
  @FunctionalInterface
  private interface ChunkReader {
    /**
     * Takes one chunk.
     *
     * @param bytes the mapped bytes, little-endian
     * @param offset of the chunk within the tensor, in bytes
     */
    void accept(ByteBuffer bytes, long offset) throws IOException;
  }
}
