package org.owlore.cuda.driver;

import java.util.Random;
import org.bytedeco.javacpp.ShortPointer;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.precision.HalfPrecision;

/** Matrix products of random kind, of random numbers. */
final class RandomProducts {
  private RandomProducts() {}

  /** A product of given size: types, transpositions, factors and what is shared are drawn. */
  static MatrixProduct draw(int rows, int columns, int inner, int batches, Random random) {
    NumberType operands =
        new NumberType[] {NumberType.FLOAT32, NumberType.BFLOAT16, NumberType.FLOAT16}
            [random.nextInt(3)];
    return MatrixProduct.builder()
        .rows(rows)
        .columns(columns)
        .inner(inner)
        .transposeLeft(random.nextBoolean())
        .transposeRight(random.nextBoolean())
        .batches(batches)
        .leftStride((long) rows * inner)
        .rightStride(random.nextBoolean() ? (long) inner * columns : 0)
        .outputStride((long) rows * columns)
        .operands(operands)
        .output(random.nextBoolean() ? operands : NumberType.FLOAT32)
        .factor(random.nextBoolean() ? 1 : 0.5)
        .keep(random.nextBoolean() ? 0 : 2)
        .build();
  }

  /** The output as real numbers, of random operands. */
  static float[] multiply(Device device, MatrixProduct product, Random random) {
    long batches = product.batches();
    try (DeviceMemory left =
            numbers(
                device, product.operands(), batches * product.rows() * product.inner(), random);
        DeviceMemory right =
            numbers(
                device, product.operands(), batches * product.inner() * product.columns(), random);
        DeviceMemory output =
            numbers(
                device, product.output(), batches * product.rows() * product.columns(), random)) {
      device.synchronize();
      device.multiply(product, left.start(), right.start(), output.start());
      int width = product.output().getWidth();
      int halves = (int) output.bytes() / Short.BYTES;
      float[] result = new float[(int) output.bytes() / width];
      try (ShortPointer host = new ShortPointer(halves)) {
        device.download(output.start(), host, output.bytes()).await();
        for (int i = 0; i < result.length; i++) {
          result[i] =
              switch (product.output()) {
                case BFLOAT16 -> Float.intBitsToFloat(HalfPrecision.BRAIN.widen(host.get(i)));
                case FLOAT16 -> Float.intBitsToFloat(HalfPrecision.IEEE.widen(host.get(i)));
                default ->
                    Float.intBitsToFloat(
                        host.get(2L * i) & 0xFFFF | host.get(2L * i + 1) << Short.SIZE);
              };
        }
      }
      return result;
    }
  }

  private static DeviceMemory numbers(Device device, NumberType type, long count, Random random) {
    DeviceMemory memory = device.allocate(count * type.getWidth());
    int halves = (int) memory.bytes() / Short.BYTES;
    int perNumber = type.getWidth() / Short.BYTES;
    try (ShortPointer host = new ShortPointer(halves)) {
      for (int i = 0; i < count; i++) {
        int bits = Float.floatToRawIntBits(random.nextFloat() * 2 - 1);
        switch (type) {
          case BFLOAT16 -> host.put(i, HalfPrecision.BRAIN.narrow(bits));
          case FLOAT16 -> host.put(i, HalfPrecision.IEEE.narrow(bits));
          default -> {
            host.put((long) i * perNumber, (short) bits);
            host.put((long) i * perNumber + 1, (short) (bits >>> Short.SIZE));
          }
        }
      }
      device.upload(host, memory.start(), memory.bytes());
    }
    return memory;
  }
}
