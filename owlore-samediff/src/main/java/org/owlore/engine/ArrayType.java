package org.owlore.engine;

import java.util.List;
import java.util.stream.LongStream;
import lombok.NonNull;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Element type and static shape of an array; always 'c' order and contiguous.
 *
 * @param dataType the element type
 * @param shape the dimensions, outermost first; empty for a scalar
 */
public record ArrayType(@NonNull DataType dataType, @NonNull List<Long> shape) {

  /** Copies the shape. */
  public ArrayType {
    shape = List.copyOf(shape);
  }

  /** The type with the given dimensions. */
  public static ArrayType of(DataType dataType, long... shape) {
    return new ArrayType(dataType, LongStream.of(shape).boxed().toList());
  }

  /** The type of an existing array. */
  public static ArrayType of(INDArray array) {
    return of(array.dataType(), array.shape());
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.size();
  }

  /** Number of elements. */
  public long length() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** Size in bytes. */
  public long bytes() {
    return Math.multiplyExact(length(), dataType.width());
  }

  /** The dimensions as ND4J wants them. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
