package org.owlore.cuda.driver;

import lombok.Getter;
import lombok.RequiredArgsConstructor;

/** How float32 matrices are multiplied; 16-bit ones always are at full speed. */
@Getter
@RequiredArgsConstructor
public enum ProductPrecision {
  /** With all bits of float32. */
  FLOAT32(68),
  /** With 10 bits of the fraction, many times faster from compute capability 8.0 on. */
  TENSOR_FLOAT32(77);

  /** {@code cublasComputeType_t}. */
  private final int computeType;
}
