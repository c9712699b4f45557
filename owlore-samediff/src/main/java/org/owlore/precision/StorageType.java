package org.owlore.precision;

import java.util.Locale;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * As what a model's matrices lie in memory. They are computed with in float32 whatever it is; norm
 * weights and biases, which weigh nothing, are always float32.
 */
@RequiredArgsConstructor
public enum StorageType {
  /** 4 bytes a number. */
  FLOAT32(DataType.FLOAT),
  /** bfloat16, 2 bytes a number: the range of float32, 8 bits of precision. */
  BF16(DataType.BFLOAT16),
  /** IEEE half precision, 2 bytes a number: up to 65504, 11 bits of precision. */
  F16(DataType.HALF);

  private final DataType dataType;

  /** The element type of a weight of some shape. */
  public DataType dataType(@NonNull long... shape) {
    return shape.length == 2 ? dataType : DataType.FLOAT;
  }

  /** The name on the command line, e.g. {@code bf16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
