package org.owlore.huggingface;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.IntPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Converts between the numbers of a file and a FLOAT array, bit for bit: everything works on
 * integers, so that NaN payloads, signed zeros and denormals survive.
 */
interface WeightCodec {
  /** Numbers converted at once through a small heap buffer. */
  int CHUNK = 1 << 16;

  /** The codec of a weight type. */
  static WeightCodec of(TensorType type) {
    return switch (type) {
      case F32 -> new Single();
      case F16 -> new Half(HalfPrecision.IEEE);
      case BF16 -> new Half(HalfPrecision.BRAIN);
      default -> throw new IllegalArgumentException(type + " is no type of weights.");
    };
  }

  /**
   * Reads all remaining bytes into an array.
   *
   * @param bytes little-endian numbers
   * @param array FLOAT, C order
   * @param start element of the array that the first number goes to
   */
  void decode(ByteBuffer bytes, INDArray array, long start);

  /**
   * Writes elements of an array until the buffer is full; narrower types round to nearest, ties to
   * even.
   *
   * @param array FLOAT, C order
   * @param start first element to write
   * @param bytes receives little-endian numbers
   * @throws ArithmeticException if a finite number is too large for a narrower type
   */
  void encode(INDArray array, long start, ByteBuffer bytes);

  /** A view of the array's memory as raw bits, from an element on. */
  private static IntPointer bits(INDArray array, long start) {
    return new IntPointer(array.data().pointer()).position(start);
  }

  /** F32: plain copies. */
  final class Single implements WeightCodec {
    @Override
    public void decode(ByteBuffer bytes, INDArray array, long start) {
      int[] chunk = new int[CHUNK];
      IntPointer target = bits(array, start);
      var source = bytes.asIntBuffer();
      while (source.hasRemaining()) {
        int size = Math.min(CHUNK, source.remaining());
        source.get(chunk, 0, size);
        target.put(chunk, 0, size);
        target.position(target.position() + size);
      }
    }

    @Override
    public void encode(INDArray array, long start, ByteBuffer bytes) {
      int[] chunk = new int[CHUNK];
      IntPointer source = bits(array, start);
      var target = bytes.asIntBuffer();
      while (target.hasRemaining()) {
        int size = Math.min(CHUNK, target.remaining());
        source.get(chunk, 0, size);
        target.put(chunk, 0, size);
        source.position(source.position() + size);
      }
    }
  }

  /** F16 and BF16. */
  record Half(HalfPrecision precision) implements WeightCodec {
    @Override
    public void decode(ByteBuffer bytes, INDArray array, long start) {
      short[] half = new short[CHUNK];
      int[] single = new int[CHUNK];
      IntPointer target = bits(array, start);
      var source = bytes.asShortBuffer();
      while (source.hasRemaining()) {
        int size = Math.min(CHUNK, source.remaining());
        source.get(half, 0, size);
        for (int i = 0; i < size; i++) {
          single[i] = precision.widen(half[i]);
        }
        target.put(single, 0, size);
        target.position(target.position() + size);
      }
    }

    @Override
    public void encode(INDArray array, long start, ByteBuffer bytes) {
      short[] half = new short[CHUNK];
      int[] single = new int[CHUNK];
      IntPointer source = bits(array, start);
      var target = bytes.asShortBuffer();
      while (target.hasRemaining()) {
        int size = Math.min(CHUNK, target.remaining());
        source.get(single, 0, size);
        for (int i = 0; i < size; i++) {
          half[i] = narrow(single[i]);
        }
        target.put(half, 0, size);
        source.position(source.position() + size);
      }
    }

    private short narrow(int single) {
      short half = precision.narrow(single);
      float value = Float.intBitsToFloat(single);
      if (Float.isFinite(value) && !Float.isFinite(Float.intBitsToFloat(precision.widen(half)))) {
        throw new ArithmeticException(value + " is too large");
      }
      return half;
    }
  }
}
