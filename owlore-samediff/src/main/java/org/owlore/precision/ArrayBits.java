package org.owlore.precision;

import lombok.NonNull;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.backend.HostMemory;

/**
 * The numbers of an array as float32 bits, whatever it stores them as. Everything works on
 * integers, so that NaN payloads, signed zeros and denormals survive. May be used from several
 * threads on different elements, until an operation touches the array.
 */
public interface ArrayBits {

  /**
   * The numbers of an array.
   *
   * @param array FLOAT, HALF or BFLOAT16, C order, contiguous; kept alive by the caller
   * @throws IllegalArgumentException for an array of another type
   */
  static ArrayBits of(@NonNull INDArray array) {
    return array.dataType() == DataType.FLOAT
        ? new Single(new IntPointer(HostMemory.toChange(array)))
        : new Half(
            new ShortPointer(HostMemory.toChange(array)), HalfPrecision.of(array.dataType()));
  }

  /**
   * Copies numbers out of the array.
   *
   * @param start the first element
   * @param bits receives the numbers, from its beginning on
   * @param count how many
   */
  void read(long start, int[] bits, int count);

  /**
   * Copies numbers into the array; narrower types round to nearest, ties to even.
   *
   * @param start the first element
   * @param bits the numbers, from its beginning on
   * @param count how many
   * @throws ArithmeticException if a finite number is too large for a narrower type
   */
  void write(long start, int[] bits, int count);

  /** FLOAT: plain copies. */
  record Single(IntPointer memory) implements ArrayBits {
    @Override
    public void read(long start, int[] bits, int count) {
      new IntPointer(memory).position(start).get(bits, 0, count);
    }

    @Override
    public void write(long start, int[] bits, int count) {
      new IntPointer(memory).position(start).put(bits, 0, count);
    }
  }

  /** HALF and BFLOAT16. */
  record Half(ShortPointer memory, HalfPrecision precision) implements ArrayBits {
    @Override
    public void read(long start, int[] bits, int count) {
      short[] halves = new short[count];
      new ShortPointer(memory).position(start).get(halves, 0, count);
      precision.widen(halves, bits, count);
    }

    @Override
    public void write(long start, int[] bits, int count) {
      short[] halves = new short[count];
      precision.narrow(bits, halves, count);
      new ShortPointer(memory).position(start).put(halves, 0, count);
    }
  }
}
