package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import lombok.NonNull;
import org.owlore.files.CheckpointException;

/**
 * Where in an ONNX file the numbers of its initializers lie, so that they can be replaced without
 * touching another byte. Reads the protobuf encoding itself: the generated classes do not tell.
 */
public final class DataPositions {
  private static final int GRAPH_OF_MODEL = 7;
  private static final int INITIALIZER_OF_GRAPH = 5;
  private static final int NAME_OF_TENSOR = 8;
  private static final int FLOATS_OF_TENSOR = 4;
  private static final int RAW_DATA_OF_TENSOR = 9;
  private static final int DOUBLES_OF_TENSOR = 10;

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final Map<String, Position> positions = new HashMap<>();

  private DataPositions() {}

  /**
   * The bytes of one tensor's numbers.
   *
   * @param offset from the beginning of the file
   * @param length in bytes
   */
  public record Position(long offset, long length) {}

  /**
   * Finds the positions in a file that could be parsed before.
   *
   * @throws CheckpointException if the file cannot be read or has changed into something else
   */
  public static DataPositions of(@NonNull Path path) {
    DataPositions found = new DataPositions();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer bytes =
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN);
      forEachField(bytes, 0, bytes.limit(), found::visitModel);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot read " + path, e);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new CheckpointException(path + " is no ONNX file, or it is truncated.", e);
    }
    return found;
  }

  /** Where the numbers of an initializer lie, if they lie in one piece in the file itself. */
  public Optional<Position> of(@NonNull String initializer) {
    return Optional.ofNullable(positions.get(initializer));
  }

  private void visitModel(ByteBuffer bytes, int field, int start, int end) {
    if (field == GRAPH_OF_MODEL) {
      forEachField(bytes, start, end, this::visitGraph);
    }
  }

  private void visitGraph(ByteBuffer bytes, int field, int start, int end) {
    if (field == INITIALIZER_OF_GRAPH) {
      TensorFields tensor = new TensorFields();
      forEachField(bytes, start, end, tensor);
      if (tensor.data != null) {
        positions.put(tensor.name, tensor.data);
      }
    }
  }

  /** Collects the name and the data of one tensor. */
  private static final class TensorFields implements FieldVisitor {
    private String name = "";
    private Position data;

    @Override
    public void visit(ByteBuffer bytes, int field, int start, int end) {
      if (field == NAME_OF_TENSOR) {
        byte[] text = new byte[end - start];
        bytes.get(start, text);
        name = new String(text, StandardCharsets.UTF_8);
      } else if (end > start
          && (field == RAW_DATA_OF_TENSOR
              || field == FLOATS_OF_TENSOR
              || field == DOUBLES_OF_TENSOR)) {
        data = new Position(start, end - start);
      }
    }
  }

  /** Sees the length-delimited fields of a message. */
  @FunctionalInterface
  private interface FieldVisitor {
    void visit(ByteBuffer bytes, int field, int start, int end);
  }

  private static void forEachField(ByteBuffer all, int start, int end, FieldVisitor visitor) {
    ByteBuffer bytes = all.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(start).limit(end);
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      int length = length(bytes, (int) (tag & 7));
      int from = bytes.position();
      bytes.position(from + length);
      if ((tag & 7) == LENGTH_DELIMITED) {
        visitor.visit(all, (int) (tag >>> 3), from, from + length);
      }
    }
  }

  private static int length(ByteBuffer bytes, int wireType) {
    return switch (wireType) {
      case VARINT -> {
        varint(bytes);
        yield 0;
      }
      case FIXED_64 -> Long.BYTES;
      case FIXED_32 -> Integer.BYTES;
      case LENGTH_DELIMITED -> {
        long length = varint(bytes);
        if (length < 0 || length > bytes.remaining()) {
          throw new IllegalArgumentException("a field is longer than its message");
        }
        yield (int) length;
      }
      default -> throw new IllegalArgumentException("unknown kind of field");
    };
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!bytes.hasRemaining()) {
        break;
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number does not end");
  }
}
