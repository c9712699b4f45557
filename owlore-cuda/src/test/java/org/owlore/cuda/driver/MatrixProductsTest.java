package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.javacpp.ShortPointer;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.precision.HalfPrecision;

/** Products as they are asked of cuBLASLt, by its own definition of them. */
class MatrixProductsTest {
  private static final MatrixProduct SMALL =
      MatrixProduct.builder().rows(2).columns(3).inner(4).build();
  private final FakeCublasLt cublas = new FakeCublasLt();

  @Property(tries = 60)
  void productsAreTheInterpreters(
      @ForAll @IntRange(min = 1, max = 7) int rows,
      @ForAll @IntRange(min = 1, max = 7) int columns,
      @ForAll @IntRange(min = 1, max = 7) int inner,
      @ForAll @IntRange(min = 1, max = 3) int batches,
      @ForAll Random random) {
    NumberType operands =
        new NumberType[] {NumberType.FLOAT32, NumberType.BFLOAT16, NumberType.FLOAT16}
            [random.nextInt(3)];
    MatrixProduct product =
        MatrixProduct.builder()
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
    long seed = random.nextLong();
    float[] expected;
    try (InterpretedDevice device = new InterpretedDevice()) {
      expected = multiply(device, product, new Random(seed));
    }
    try (CudaDevice device = open(ProductPrecision.FLOAT32)) {
      float[] found = multiply(device, product, new Random(seed));
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as(product.toString()).isCloseTo(expected[i], within(0.02f));
      }
    }
    assertThat(cublas.open).isEmpty();
  }

  @Example
  void aProductIsPlannedOnceForAddressesOfAnAlignment() {
    try (CudaDevice device = open(ProductPrecision.FLOAT32);
        DeviceMemory memory = device.allocate(4096)) {
      device.multiply(SMALL, memory.start(), memory.at(256), memory.at(512));
      device.multiply(SMALL, memory.at(512), memory.start(), memory.at(1024));
      assertThat(cublas.choices).isOne();
      device.multiply(SMALL, memory.at(16), memory.start(), memory.at(1024));
      assertThat(cublas.choices).isEqualTo(2);
    }
  }

  @Example
  void float32IsRoundedToTensorFloat32OnlyWhereThatIsAskedFor() {
    for (ProductPrecision precision : ProductPrecision.values()) {
      try (CudaDevice device = open(precision);
          DeviceMemory memory = device.allocate(4096)) {
        device.multiply(SMALL, memory.start(), memory.at(256), memory.at(512));
        assertThat(cublas.computeType).isEqualTo(precision.getComputeType());
      }
    }
    assertThat(ProductPrecision.FLOAT32.getComputeType()).isEqualTo(68);
    assertThat(ProductPrecision.TENSOR_FLOAT32.getComputeType()).isEqualTo(77);
  }

  @Example
  void emptyProductsAreNotAskedFor() {
    MatrixProduct empty = MatrixProduct.builder().rows(0).columns(3).inner(4).build();
    try (CudaDevice device = open(ProductPrecision.FLOAT32);
        DeviceMemory memory = device.allocate(4096)) {
      device.multiply(empty, memory.start(), memory.start(), memory.start());
      assertThat(cublas.choices).isZero();
    }
  }

  @Example
  void aProductThatCannotBeComputedIsNamed() {
    cublas.found = 0;
    assertFails(SMALL, "cuBLASLt knows no way to compute " + SMALL + ".");
    cublas.failures.put("cublasLtMatmulAlgoGetHeuristic", 15);
    assertFails(SMALL, "cuBLASLt could not find a way to compute " + SMALL + ": status 15.");
  }

  @Example
  void integersAreNotMultiplied() {
    MatrixProduct integers =
        MatrixProduct.builder()
            .rows(1)
            .columns(1)
            .inner(1)
            .operands(NumberType.INT32)
            .output(NumberType.INT32)
            .build();
    try (CudaDevice device = open(ProductPrecision.FLOAT32);
        DeviceMemory memory = device.allocate(64)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> device.multiply(integers, memory.start(), memory.start(), memory.start()))
          .withMessage(
              "Matrices of INT32 cannot be multiplied on a device: cast them to a real type.");
    }
  }

  @Example
  void aLibraryThatCannotStartSaysWhatMayBeWrong() {
    cublas.failures.put("cublasLtCreate", 1);
    assertThatThrownBy(() -> open(ProductPrecision.FLOAT32))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("the NVIDIA driver is too old for it");
  }

  private void assertFails(MatrixProduct product, String message) {
    try (CudaDevice device = open(ProductPrecision.FLOAT32);
        DeviceMemory memory = device.allocate(4096)) {
      assertThatThrownBy(
              () -> device.multiply(product, memory.start(), memory.start(), memory.start()))
          .isInstanceOf(DeviceException.class)
          .hasMessage(message);
    }
  }

  private CudaDevice open(ProductPrecision precision) {
    Driver started = new Driver(new FakeDriver());
    return new CudaDevice(
        CudaDevices.suitable(started, 0),
        new CudaQueue(started, 0),
        source -> new byte[0],
        queue -> new MatrixProducts(queue, cublas, precision),
        queue -> new EigenSolver(queue, new FakeCusolver()));
  }

  /** The output as real numbers, of random operands. */
  private static float[] multiply(Device device, MatrixProduct product, Random random) {
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
