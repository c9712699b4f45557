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
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;

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
    MatrixProduct product = RandomProducts.draw(rows, columns, inner, batches, random);
    long seed = random.nextLong();
    float[] expected;
    try (InterpretedDevice device = new InterpretedDevice()) {
      expected = RandomProducts.multiply(device, product, new Random(seed));
    }
    try (CudaDevice device = open(ProductPrecision.FLOAT32)) {
      float[] found = RandomProducts.multiply(device, product, new Random(seed));
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
  void float32KeepsAllItsBitsWhereAProductInsists() {
    MatrixProduct exact = MatrixProduct.builder().rows(2).columns(3).inner(4).allBits(true).build();
    try (CudaDevice device = open(ProductPrecision.TENSOR_FLOAT32);
        DeviceMemory memory = device.allocate(4096)) {
      device.multiply(exact, memory.start(), memory.at(256), memory.at(512));
      assertThat(cublas.computeType).isEqualTo(ProductPrecision.FLOAT32.getComputeType());
    }
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
}
