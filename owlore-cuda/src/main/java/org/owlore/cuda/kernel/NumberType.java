package org.owlore.cuda.kernel;

import java.util.Arrays;
import lombok.Getter;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.buffer.DataType;

/** How numbers are stored in a device's memory; a kernel computes with what {@link #kind} says. */
@Getter
@RequiredArgsConstructor
public enum NumberType {
  /** 32-bit floating point. */
  FLOAT32(4, Kind.REAL, DataType.FLOAT),
  /** 16-bit floating point with the exponent of float32. */
  BFLOAT16(2, Kind.REAL, DataType.BFLOAT16),
  /** IEEE 16-bit floating point. */
  FLOAT16(2, Kind.REAL, DataType.HALF),
  /** 32-bit integers. */
  INT32(4, Kind.INTEGER, DataType.INT),
  /** 64-bit integers. */
  INT64(8, Kind.INTEGER, DataType.INT64),
  /** Truth values, a byte each. */
  BOOLEAN(1, Kind.TRUTH, DataType.BOOL);

  /** What a kernel computes with. */
  public enum Kind {
    /** float32. */
    REAL,
    /** 64-bit integers. */
    INTEGER,
    /** True or false. */
    TRUTH
  }

  /** Bytes of one number. */
  private final int width;

  /** What a kernel makes of it. */
  private final Kind kind;

  /** ND4J's name of it. */
  private final DataType dataType;

  /** Whether it has 16 bits. */
  public boolean isNarrow() {
    return this == BFLOAT16 || this == FLOAT16;
  }

  /**
   * The type that stores ND4J's numbers bit for bit.
   *
   * @throws UnsupportedOperationException when the device has none, e.g. for DOUBLE
   */
  public static NumberType of(@NonNull DataType dataType) {
    return Arrays.stream(values())
        .filter(type -> type.dataType == dataType)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "The CUDA device computes with float32, bfloat16, float16, int32, int64 and bool, not with "
                        + dataType
                        + ": cast the model to FLOAT."));
  }
}
