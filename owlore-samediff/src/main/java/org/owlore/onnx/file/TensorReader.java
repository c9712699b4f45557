package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import lombok.RequiredArgsConstructor;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import org.owlore.files.CheckpointException;

/** Reads {@code TensorProto}s and checks that their data fits their shape. */
@RequiredArgsConstructor
public final class TensorReader {
  private static final int MOST_DIMENSIONS = 16;

  private final Path file;

  /**
   * Reads one tensor; its numbers stay where they are.
   *
   * @throws CheckpointException when its type is unknown, its data is missing or does not fit its
   *     shape
   */
  public OnnxTensor read(TensorProto tensor) {
    NumberFormat format =
        NumberFormat.ofCode(tensor.getDataType())
            .orElseThrow(
                () ->
                    fault(
                        tensor,
                        "has numbers of type "
                            + tensor.getDataType()
                            + ", which is not supported"));
    long[] shape = shape(tensor);
    TensorBytes bytes = bytes(tensor, format);
    long needed = elements(tensor, shape) * format.width();
    if (bytes.length() != needed) {
      throw fault(
          tensor,
          "has %d bytes of data, but its shape %s needs %d"
              .formatted(bytes.length(), Arrays.toString(shape), needed));
    }
    return new OnnxTensor(tensor.getName(), format, shape, bytes);
  }

  private long[] shape(TensorProto tensor) {
    if (tensor.getDimsCount() > MOST_DIMENSIONS) {
      throw fault(tensor, "has " + tensor.getDimsCount() + " dimensions");
    }
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private long elements(TensorProto tensor, long[] shape) {
    try {
      long elements = 1;
      for (long dimension : shape) {
        if (dimension < 0) {
          throw fault(tensor, "has the impossible shape " + Arrays.toString(shape));
        }
        elements = Math.multiplyExact(elements, dimension);
      }
      return Math.multiplyExact(elements, Double.BYTES) / Double.BYTES;
    } catch (ArithmeticException e) {
      throw fault(tensor, "has the impossible shape " + Arrays.toString(shape));
    }
  }

  private TensorBytes bytes(TensorProto tensor, NumberFormat format) {
    if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
      return external(tensor);
    }
    if (!tensor.getRawData().isEmpty()) {
      return new TensorBytes.Inline(tensor.getRawData().asReadOnlyByteBuffer());
    }
    return new TensorBytes.Inline(
        switch (format) {
          case FLOAT -> collect(tensor.getFloatDataList(), format, ByteBuffer::putFloat);
          case DOUBLE -> collect(tensor.getDoubleDataList(), format, ByteBuffer::putDouble);
          case INT64 -> collect(tensor.getInt64DataList(), format, ByteBuffer::putLong);
          case INT32 -> collect(tensor.getInt32DataList(), format, ByteBuffer::putInt);
          case INT16, FLOAT16, BFLOAT16 ->
              collect(
                  tensor.getInt32DataList(),
                  format,
                  (bytes, number) -> bytes.putShort(number.shortValue()));
          case UINT8, INT8, BOOL ->
              collect(
                  tensor.getInt32DataList(),
                  format,
                  (bytes, number) -> bytes.put(number.byteValue()));
        });
  }

  private static <T> ByteBuffer collect(
      List<T> numbers, NumberFormat format, BiConsumer<ByteBuffer, T> put) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(numbers.size(), format.width()))
            .order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> put.accept(bytes, number));
    return bytes.flip();
  }

  private TensorBytes external(TensorProto tensor) {
    Map<String, String> entries =
        tensor.getExternalDataList().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey(), entry -> entry.getValue(), (first, last) -> last));
    Path data = beside(tensor, entries.getOrDefault("location", ""));
    try {
      long size = Files.size(data);
      long start = number(tensor, entries.get("offset"), 0);
      long length = number(tensor, entries.get("length"), Math.max(0, size - start));
      if (start > size || length > size - start) {
        throw fault(
            tensor,
            "lies at bytes %d to %s of %s, which has %d bytes (is it truncated?)"
                .formatted(start, Long.toUnsignedString(start + length), data, size));
      }
      return new TensorBytes.External(data, start, length);
    } catch (IOException e) {
      throw CheckpointException.of(
          "Cannot read the data of tensor \"" + tensor.getName() + "\"", e);
    }
  }

  /** Only files in the model's own folder and below: a model has no business elsewhere. */
  private Path beside(TensorProto tensor, String location) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    try {
      Path data = folder.resolve(location).normalize();
      if (!location.isEmpty() && data.startsWith(folder) && !Path.of(location).isAbsolute()) {
        return data;
      }
    } catch (java.nio.file.InvalidPathException e) {
      throw fault(tensor, "refers to data in \"" + location + "\", which is no file name");
    }
    throw fault(
        tensor, "refers to data in \"" + location + "\", which is not in the folder of the model");
  }

  private long number(TensorProto tensor, String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw fault(tensor, "has the malformed data position \"" + text + "\"");
    }
    throw fault(tensor, "has the negative data position " + text);
  }

  private CheckpointException fault(TensorProto tensor, String what) {
    return new CheckpointException(
        "Tensor \"" + tensor.getName() + "\" in " + file + " " + what + ".");
  }
}
