package org.owlore.safetensors;

import java.util.Arrays;
import java.util.List;
import lombok.NonNull;

/**
 * One tensor as listed in a safetensors header.
 *
 * @param name e.g. {@code model.embed_tokens.weight}
 * @param type number type in the file
 * @param shape dimensions, empty for a scalar; C order
 * @param begin first byte, counted from the end of the header
 * @param end byte behind the last
 */
public record TensorEntry(
    @NonNull String name,
    @NonNull TensorType type,
    @NonNull List<Long> shape,
    long begin,
    long end) {

  /** Copies the shape. */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Number of bytes in the file. */
  public long bytes() {
    return end - begin;
  }

  /** Number of elements. */
  public long length() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The shape as ND4J wants it. */
  public long[] dimensions() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Whether the tensor has this shape. */
  public boolean hasShape(long... expected) {
    return Arrays.equals(dimensions(), expected);
  }
}
