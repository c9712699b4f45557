package org.owlore.safetensors;

import java.util.Arrays;
import java.util.Optional;
import lombok.Getter;
import lombok.RequiredArgsConstructor;
import lombok.experimental.Accessors;
import org.nd4j.linalg.api.buffer.DataType;

/** The number types of the safetensors format, named as in its header. */
@Getter
@Accessors(fluent = true)
@RequiredArgsConstructor
public enum TensorType {
  /** IEEE single precision. */
  F32(32),
  /** IEEE half precision. */
  F16(16),
  /** The upper half of a single. */
  BF16(16),
  /** IEEE double precision. */
  F64(64),
  /** Pair of singles. */
  C64(64),
  /** Signed, 64 bits. */
  I64(64),
  /** Signed, 32 bits. */
  I32(32),
  /** Signed, 16 bits. */
  I16(16),
  /** Signed, 8 bits. */
  I8(8),
  /** Unsigned, 64 bits. */
  U64(64),
  /** Unsigned, 32 bits. */
  U32(32),
  /** Unsigned, 16 bits. */
  U16(16),
  /** Unsigned, 8 bits. */
  U8(8),
  /** One byte, 0 or 1. */
  BOOL(8),
  /** 8 bits, 4 of exponent. */
  F8_E4M3(8),
  /** 8 bits, 5 of exponent. */
  F8_E5M2(8),
  /** 8 bits, exponent only. */
  F8_E8M0(8),
  /** 6 bits, 2 of exponent. */
  F6_E2M3(6),
  /** 6 bits, 3 of exponent. */
  F6_E3M2(6),
  /** 4 bits, two to a byte. */
  F4(4);

  /** Size of one number in bits. */
  private final int bits;

  /** Whether weights of this type can be read and written: F32, F16 and BF16. */
  public boolean isWeight() {
    return this == F32 || this == F16 || this == BF16;
  }

  /**
   * ND4J's type for a weight type.
   *
   * @throws IllegalStateException if this is none
   */
  public DataType dataType() {
    return switch (this) {
      case F32 -> DataType.FLOAT;
      case F16 -> DataType.HALF;
      case BF16 -> DataType.BFLOAT16;
      default -> throw new IllegalStateException(this + " is no type of weights.");
    };
  }

  /** The weight type that holds the numbers of ND4J's type, if there is one. */
  static Optional<TensorType> of(DataType dataType) {
    return Arrays.stream(values())
        .filter(TensorType::isWeight)
        .filter(type -> type.dataType() == dataType)
        .findFirst();
  }

  static boolean isKnown(String name) {
    return Arrays.stream(values()).anyMatch(type -> type.name().equals(name));
  }
}
