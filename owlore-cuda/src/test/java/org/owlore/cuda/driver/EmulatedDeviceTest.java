package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;

/** The device over emulated libraries, called as the real ones are. */
class EmulatedDeviceTest {
  private static final long USUAL_LIMIT = 1L << 30;

  @TempDir private static Path cache;
  private final CudaEmulator emulator = CudaEmulator.orSkip();
  private final int openBefore = emulator.openThings();
  private final CudaDevice device = emulator.open(cache);
  private final Random random = new Random();

  @AfterEach
  void nothingIsLeftOpenAndNothingWasWrittenBeside() {
    emulator.limit(USUAL_LIMIT);
    device.close();
    assertThat(emulator.openThings()).isEqualTo(openBefore);
    assertThat(emulator.damagedPieces()).isZero();
  }

  @Test
  void theDeviceIsDescribed() {
    assertThat(emulator.driver().devices()).containsExactly(device.description());
    assertThat(device.description().name()).isEqualTo("Emulated device");
    assertThat(device.description().architecture()).isEqualTo("sm_90");
    assertThat(device.description().multiprocessors()).isEqualTo(132);
    assertThat(device.description().bytes()).isEqualTo(USUAL_LIMIT);
    assertThat(device.description().driver()).isEqualTo("13.0");
  }

  @Test
  void whatIsUploadedComesBackThoughItChangesAtOnce() {
    byte[] content = new byte[20_000_003];
    random.nextBytes(content);
    try (DeviceMemory memory = device.allocate(2L * content.length);
        BytePointer host = new BytePointer(content);
        HostMemory back = device.allocatePinned(content.length)) {
      device.upload(host, memory.start(), content.length);
      host.fill(0);
      Place copy = memory.at(content.length);
      device.copy(memory.start(), copy, content.length);
      device.clear(memory.start(), content.length);
      device.download(copy, back.pointer(), content.length).await();
      byte[] found = new byte[content.length];
      new BytePointer(back.pointer()).get(found);
      assertThat(found).isEqualTo(content);
    }
  }

  @Test
  void productsAreTheInterpreters() {
    for (int i = 0; i < 60; i++) {
      MatrixProduct product =
          RandomProducts.draw(
              1 + random.nextInt(20),
              1 + random.nextInt(20),
              1 + random.nextInt(20),
              1 + random.nextInt(3),
              random);
      long seed = random.nextLong();
      float[] found = RandomProducts.multiply(device, product, new Random(seed));
      try (InterpretedDevice interpreter = new InterpretedDevice()) {
        float[] expected = RandomProducts.multiply(interpreter, product, new Random(seed));
        for (int element = 0; element < found.length; element++) {
          assertThat(found[element])
              .as(product.toString())
              .isCloseTo(expected[element], within(0.05f));
        }
      }
    }
  }

  @Test
  void rowsOfADecomposedMatrixAreItsEigenvectorsInAscendingOrder() {
    int size = 9;
    float[] matrix = new float[size * size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column <= row; column++) {
        matrix[row * size + column] = random.nextFloat() - 0.5f;
        matrix[column * size + row] = matrix[row * size + column];
      }
    }
    try (DeviceMemory memory = uploaded(matrix);
        DeviceMemory values = device.allocate(4L * size)) {
      device.decompose(size, memory.start(), values.start());
      float[] vectors = floats(memory);
      float[] eigenvalues = floats(values);
      assertThat(eigenvalues).isSorted();
      for (int vector = 0; vector < size; vector++) {
        for (int row = 0; row < size; row++) {
          float product = 0;
          for (int column = 0; column < size; column++) {
            product += matrix[row * size + column] * vectors[vector * size + column];
          }
          assertThat(product)
              .isCloseTo(eigenvalues[vector] * vectors[vector * size + row], within(1e-5f));
        }
      }
    }
  }

  @Test
  void aMatrixThatIsNoNumberHasNoEigenvectors() {
    try (DeviceMemory memory = uploaded(Float.NaN, 0, 0, 1);
        DeviceMemory values = device.allocate(8)) {
      assertThatThrownBy(() -> device.decompose(2, memory.start(), values.start()))
          .isInstanceOf(DeviceException.class)
          .hasMessageStartingWith("cuSOLVER found no eigenvectors of a symmetric matrix of size 2");
    }
  }

  @Test
  void tooMuchMemoryIsRefusedAndTheDeviceStaysUsable() {
    long free = device.freeBytes();
    emulator.limit(USUAL_LIMIT - free + 4096);
    assertThatThrownBy(() -> device.allocate(8192))
        .isInstanceOfSatisfying(
            OutOfDeviceMemoryException.class, e -> assertThat(e.getFreeBytes()).isEqualTo(4096));
    try (DeviceMemory memory = device.allocate(4096)) {
      device.clear(memory.start(), memory.bytes());
      assertThat(floats(memory)).containsOnly(0);
    }
    assertThat(device.freeBytes()).isEqualTo(4096);
  }

  @Test
  void aDeviceThatIsTooFullToBeOpenedIsGivenBack() {
    int open = emulator.openThings();
    emulator.limit(USUAL_LIMIT - device.freeBytes() + 4096);
    assertThatThrownBy(() -> emulator.open(cache)).isInstanceOf(OutOfDeviceMemoryException.class);
    assertThat(emulator.openThings()).isEqualTo(open);
  }

  @Test
  void aKernelIsCompiledOnceOnAMachine(@TempDir Path empty) {
    int compilations = emulator.compilations();
    for (int run = 0; run < 2; run++) {
      try (CudaDevice other = emulator.open(empty);
          DeviceMemory memory = other.allocate(4)) {
        other.launch(increment("counted"), List.of(memory.start()));
        other.synchronize();
      }
    }
    assertThat(emulator.compilations()).isEqualTo(compilations + 1);
  }

  @Test
  void launchesTakeTheirTurnsAndTheirArgumentsAsTheyWereThen() {
    try (DeviceMemory memory = uploaded(1, 10)) {
      for (int i = 0; i < 3; i++) {
        device.launch(increment("increment"), List.of(memory.start()));
      }
      device.launch(increment("increment"), List.of(memory.at(4)));
      assertThat(floats(memory)).containsExactly(4, 11);
    }
  }

  @Test
  void recordedWorkIsDoneEachTimeItIsRunAndNotBefore() {
    MatrixProduct product = MatrixProduct.builder().rows(1).columns(1).inner(1).keep(1).build();
    try (DeviceMemory memory = uploaded(1, 2, 0);
        Device.Recording recording =
            device.record(
                () -> {
                  device.launch(increment("recorded"), List.of(memory.start()));
                  device.copy(memory.start(), memory.at(4), 4);
                  device.multiply(product, memory.start(), memory.at(4), memory.at(8));
                })) {
      assertThat(floats(memory)).containsExactly(1, 2, 0);
      recording.run();
      recording.run();
      assertThat(floats(memory)).containsExactly(3, 3, 13);
    }
  }

  /** Adds one to a number. */
  static Kernel increment(String name) {
    KernelBuilder kernel = new KernelBuilder(name, List.of(), List.of());
    int number = kernel.parameter(NumberType.FLOAT32, true);
    int sum = kernel.apply(Function.ADD, kernel.load(number, Index.ZERO), kernel.real(1));
    kernel.store(number, Index.ZERO, sum);
    return kernel.build();
  }

  private DeviceMemory uploaded(float... numbers) {
    DeviceMemory memory = device.allocate((long) numbers.length * Float.BYTES);
    try (FloatPointer host = new FloatPointer(numbers)) {
      device.upload(host, memory.start(), memory.bytes());
    }
    return memory;
  }

  private float[] floats(DeviceMemory memory) {
    float[] numbers = new float[(int) memory.bytes() / Float.BYTES];
    try (FloatPointer host = new FloatPointer(numbers.length)) {
      Device.Transfer transfer = device.download(memory.start(), host, memory.bytes());
      transfer.await();
      host.get(numbers);
    }
    return numbers;
  }
}
