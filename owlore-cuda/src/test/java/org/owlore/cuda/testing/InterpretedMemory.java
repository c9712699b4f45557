package org.owlore.cuda.testing;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.precision.HalfPrecision;

/** Memory of an {@link InterpretedDevice}: at first all bits are set, which reads as NaN. */
final class InterpretedMemory implements DeviceMemory {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final InterpretedDevice owner;
  private final int number;
  private byte[] content;

  InterpretedMemory(InterpretedDevice owner, int number, int bytes) {
    this.owner = owner;
    this.number = number;
    this.content = new byte[bytes];
    Arrays.fill(content, (byte) 0xFF);
  }

  private static VarHandle view(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
  }

  /** The memory that a place lies in, if it is this device's and still open. */
  static InterpretedMemory of(InterpretedDevice device, Place place) {
    if (!(place.memory() instanceof InterpretedMemory memory) || memory.owner != device) {
      throw new IllegalArgumentException("The memory of " + place + " is of another device.");
    }
    memory.content();
    return memory;
  }

  /** The bytes. */
  byte[] content() {
    if (content == null) {
      throw new IllegalStateException(this + " is used after it was closed.");
    }
    return content;
  }

  /** Whether bytes lie within. */
  boolean holds(long offset, long bytes) {
    return offset >= 0 && bytes >= 0 && offset + bytes <= content().length;
  }

  /** The first byte of some bytes. */
  int first(long offset, long bytes) {
    if (!holds(offset, bytes)) {
      throw new IndexOutOfBoundsException(
          "%s has %d bytes, but %d were touched from byte %d on."
              .formatted(this, content().length, bytes, offset));
    }
    return (int) offset;
  }

  float real(NumberType type, int offset) {
    return switch (type) {
      case FLOAT32 -> Float.intBitsToFloat((int) INT.get(content, offset));
      case BFLOAT16 -> widened(HalfPrecision.BRAIN, offset);
      default -> widened(HalfPrecision.IEEE, offset);
    };
  }

  private float widened(HalfPrecision precision, int offset) {
    return Float.intBitsToFloat(precision.widen((short) SHORT.get(content, offset)));
  }

  void putReal(NumberType type, int offset, float value) {
    int bits = Float.floatToRawIntBits(value);
    switch (type) {
      case FLOAT32 -> INT.set(content, offset, bits);
      case BFLOAT16 -> SHORT.set(content, offset, HalfPrecision.BRAIN.narrow(bits));
      default -> SHORT.set(content, offset, HalfPrecision.IEEE.narrow(bits));
    }
  }

  long integer(NumberType type, int offset) {
    return type == NumberType.INT32
        ? (int) INT.get(content, offset)
        : (long) LONG.get(content, offset);
  }

  void putInteger(NumberType type, int offset, long value) {
    if (type == NumberType.INT32) {
      INT.set(content, offset, (int) value);
    } else {
      LONG.set(content, offset, value);
    }
  }

  boolean truth(int offset) {
    return content[offset] != 0;
  }

  void putTruth(int offset, boolean value) {
    content[offset] = (byte) (value ? 1 : 0);
  }

  @Override
  public long bytes() {
    return content().length;
  }

  @Override
  public void close() {
    if (content != null) {
      owner.released(content.length);
      content = null;
    }
  }

  @Override
  public String toString() {
    return "memory " + number;
  }
}
