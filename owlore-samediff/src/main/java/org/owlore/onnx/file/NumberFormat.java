package org.owlore.onnx.file;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import lombok.AccessLevel;
import lombok.RequiredArgsConstructor;
import org.owlore.precision.HalfPrecision;

/**
 * The number types of ONNX tensors that language models use, by their codes in {@code TensorProto}.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public enum NumberFormat {
  FLOAT(1, 4, ElementType.FLOAT) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.getFloat(offset);
    }

    @Override
    void readSingles(ByteBuffer bytes, int[] singles, int count) {
      bytes.asIntBuffer().get(singles, 0, count);
    }
  },
  UINT8(2, 1, ElementType.INTEGER) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return Byte.toUnsignedInt(bytes.get(offset));
    }
  },
  INT8(3, 1, ElementType.INTEGER) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.get(offset);
    }
  },
  INT16(5, 2, ElementType.INTEGER) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.getShort(offset);
    }
  },
  INT32(6, 4, ElementType.INTEGER) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.getInt(offset);
    }
  },
  INT64(7, 8, ElementType.INTEGER) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.getLong(offset);
    }
  },
  BOOL(9, 1, ElementType.BOOLEAN) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.get(offset) == 0 ? 0 : 1;
    }
  },
  FLOAT16(10, 2, ElementType.FLOAT) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return Float.intBitsToFloat(HalfPrecision.IEEE.widen(bytes.getShort(offset)));
    }
  },
  DOUBLE(11, 8, ElementType.FLOAT) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return bytes.getDouble(offset);
    }
  },
  BFLOAT16(16, 2, ElementType.FLOAT) {
    @Override
    public double read(ByteBuffer bytes, int offset) {
      return Float.intBitsToFloat(HalfPrecision.BRAIN.widen(bytes.getShort(offset)));
    }
  };

  /**
   * What torch's TorchScript exporter writes into Cast for bfloat16: complex numbers by the
   * standard.
   */
  private static final int TORCH_BFLOAT16 = 15;

  private final int code;
  private final int width;
  private final ElementType elementType;

  /** The format with a code of {@code TensorProto.DataType}, if it is one of these. */
  public static Optional<NumberFormat> ofCode(int code) {
    int known = code == TORCH_BFLOAT16 ? BFLOAT16.code : code;
    return Arrays.stream(values()).filter(format -> format.code == known).findFirst();
  }

  /** Bytes a number. */
  public int width() {
    return width;
  }

  /** What such a number is in an imported graph. */
  public ElementType elementType() {
    return elementType;
  }

  /**
   * Reads one number.
   *
   * @param bytes little-endian
   * @param offset of the number, in bytes
   */
  public abstract double read(ByteBuffer bytes, int offset);

  /**
   * Reads numbers as the bits of float32.
   *
   * @param bytes little-endian, from its position on
   * @param singles receives them
   * @param count how many
   */
  void readSingles(ByteBuffer bytes, int[] singles, int count) {
    for (int i = 0; i < count; i++) {
      singles[i] = Float.floatToRawIntBits((float) read(bytes, i * width));
    }
  }
}
