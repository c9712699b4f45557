package org.owlore.safetensors;

import java.nio.ByteBuffer;
import org.owlore.precision.ArrayBits;
import org.owlore.precision.HalfPrecision;

/**
 * Converts between the numbers of a file and those of an array, bit for bit: everything works on
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
   * @param array receives them; a narrower one rounds to nearest, ties to even
   * @param start element of the array that the first number goes to
   * @throws ArithmeticException if a finite number is too large for a narrower array
   */
  void decode(ByteBuffer bytes, ArrayBits array, long start);

  /**
   * Writes elements of an array until the buffer is full; narrower types round to nearest, ties to
   * even.
   *
   * @param array whose elements are written
   * @param start first element to write
   * @param bytes receives little-endian numbers
   * @throws ArithmeticException if a finite number is too large for a narrower type
   */
  void encode(ArrayBits array, long start, ByteBuffer bytes);

  /** F32: plain copies. */
  final class Single implements WeightCodec {
    @Override
    public void decode(ByteBuffer bytes, ArrayBits array, long start) {
      int[] chunk = new int[CHUNK];
      long position = start;
      var source = bytes.asIntBuffer();
      while (source.hasRemaining()) {
        int size = Math.min(CHUNK, source.remaining());
        source.get(chunk, 0, size);
        array.write(position, chunk, size);
        position += size;
      }
    }

    @Override
    public void encode(ArrayBits array, long start, ByteBuffer bytes) {
      int[] chunk = new int[CHUNK];
      long position = start;
      var target = bytes.asIntBuffer();
      while (target.hasRemaining()) {
        int size = Math.min(CHUNK, target.remaining());
        array.read(position, chunk, size);
        target.put(chunk, 0, size);
        position += size;
      }
    }
  }

  /** F16 and BF16. */
  record Half(HalfPrecision precision) implements WeightCodec {
    @Override
    public void decode(ByteBuffer bytes, ArrayBits array, long start) {
      short[] half = new short[CHUNK];
      int[] single = new int[CHUNK];
      long position = start;
      var source = bytes.asShortBuffer();
      while (source.hasRemaining()) {
        int size = Math.min(CHUNK, source.remaining());
        source.get(half, 0, size);
        precision.widen(half, single, size);
        array.write(position, single, size);
        position += size;
      }
    }

    @Override
    public void encode(ArrayBits array, long start, ByteBuffer bytes) {
      short[] half = new short[CHUNK];
      int[] single = new int[CHUNK];
      long position = start;
      var target = bytes.asShortBuffer();
      while (target.hasRemaining()) {
        int size = Math.min(CHUNK, target.remaining());
        array.read(position, single, size);
        precision.narrow(single, half, size);
        target.put(half, 0, size);
        position += size;
      }
    }
  }
}
