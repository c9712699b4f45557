package org.owlore.cuda.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.LongFunction;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.precision.HalfPrecision;

/**
 * Numbers as they lie in memory.
 *
 * @param type of the numbers
 * @param bytes of all of them
 */
record KernelContent(NumberType type, ByteBuffer bytes) {

  /** Some numbers, made one by one. */
  static KernelContent of(NumberType type, int count, LongFunction<Number> numbers) {
    KernelContent content =
        new KernelContent(
            type, ByteBuffer.allocate(count * type.getWidth()).order(ByteOrder.LITTLE_ENDIAN));
    for (int element = 0; element < count; element++) {
      content.put(element, numbers.apply(element));
    }
    return content;
  }

  /** Random numbers: reals from -2 to 2, integers from 0 to below a bound. */
  static KernelContent random(NumberType type, int count, int bound, Random random) {
    return of(
        type,
        count,
        element ->
            switch (type.getKind()) {
              case REAL -> random.nextDouble() * 4 - 2;
              case INTEGER -> random.nextInt(bound);
              case TRUTH -> random.nextInt(2);
            });
  }

  /** As many numbers as there are, from the same memory's later content. */
  KernelContent with(byte[] later) {
    return new KernelContent(type, ByteBuffer.wrap(later).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** How many numbers there are. */
  int count() {
    return bytes.capacity() / type.getWidth();
  }

  /** A number. */
  Number get(int element) {
    int place = element * type.getWidth();
    return switch (type) {
      case FLOAT32 -> bytes.getFloat(place);
      case BFLOAT16 -> Float.intBitsToFloat(HalfPrecision.BRAIN.widen(bytes.getShort(place)));
      case FLOAT16 -> Float.intBitsToFloat(HalfPrecision.IEEE.widen(bytes.getShort(place)));
      case INT32 -> (long) bytes.getInt(place);
      case INT64 -> bytes.getLong(place);
      case BOOLEAN -> (long) bytes.get(place);
    };
  }

  private void put(int element, Number number) {
    int place = element * type.getWidth();
    int single = Float.floatToRawIntBits(number.floatValue());
    switch (type) {
      case FLOAT32 -> bytes.putFloat(place, number.floatValue());
      case BFLOAT16 -> bytes.putShort(place, HalfPrecision.BRAIN.narrow(single));
      case FLOAT16 -> bytes.putShort(place, HalfPrecision.IEEE.narrow(single));
      case INT32 -> bytes.putInt(place, number.intValue());
      case INT64 -> bytes.putLong(place, number.longValue());
      case BOOLEAN -> bytes.put(place, number.byteValue());
    }
  }
}
