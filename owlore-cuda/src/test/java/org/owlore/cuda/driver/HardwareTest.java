package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.testing.InterpretedDevice;

/** The device on hardware; skipped where there is none. */
class HardwareTest {
  private final CudaDevice device = AvailableDevice.orSkip();
  private final Random random = new Random();

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void whatIsUploadedComesBackThoughItChangesAtOnce() {
    byte[] content = new byte[100_000_003];
    random.nextBytes(content);
    try (DeviceMemory memory = device.allocate(2L * content.length);
        BytePointer host = new BytePointer(content);
        HostMemory back = device.allocatePinned(content.length)) {
      device.upload(host, memory.start(), content.length);
      host.fill(0);
      Place copy = memory.at(content.length);
      device.copy(memory.start(), copy, content.length);
      device.clear(memory.start(), content.length);
      Device.Transfer transfer = device.download(copy, back.pointer(), content.length);
      transfer.await();
      byte[] found = new byte[content.length];
      new BytePointer(back.pointer()).get(found);
      assertThat(found).isEqualTo(content);
    }
  }

  @Test
  void productsAreTheInterpreters() {
    for (int i = 0; i < 200; i++) {
      MatrixProduct product =
          RandomProducts.draw(
              1 + random.nextInt(70),
              1 + random.nextInt(70),
              1 + random.nextInt(70),
              1 + random.nextInt(3),
              random);
      long seed = random.nextLong();
      float[] found = RandomProducts.multiply(device, product, new Random(seed));
      try (InterpretedDevice interpreter = new InterpretedDevice()) {
        float[] expected = RandomProducts.multiply(interpreter, product, new Random(seed));
        for (int element = 0; element < found.length; element++) {
          assertThat(found[element])
              .as(product.toString())
              .isCloseTo(expected[element], within(0.1f));
        }
      }
    }
  }

  @Test
  void rowsOfADecomposedMatrixAreItsEigenvectorsInAscendingOrder() {
    int size = 65;
    float[] matrix = new float[size * size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column <= row; column++) {
        matrix[row * size + column] = random.nextFloat() - 0.5f;
        matrix[column * size + row] = matrix[row * size + column];
      }
    }
    try (DeviceMemory memory = device.allocate(4L * size * size);
        DeviceMemory values = device.allocate(4L * size);
        FloatPointer host = new FloatPointer(matrix)) {
      device.upload(host, memory.start(), memory.bytes());
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
              .isCloseTo(eigenvalues[vector] * vectors[vector * size + row], within(1e-4f));
        }
      }
    }
  }

  @Test
  void recordedWorkIsDoneEachTimeItIsRunAndNotBefore() {
    MatrixProduct product = MatrixProduct.builder().rows(2).columns(2).inner(2).keep(1).build();
    try (DeviceMemory memory = device.allocate(3 * 256);
        FloatPointer ones = new FloatPointer(1, 1, 1, 1)) {
      device.upload(ones, memory.start(), 16);
      device.clear(memory.at(512), 16);
      try (Device.Recording recording =
          device.record(
              () -> {
                device.copy(memory.start(), memory.at(256), 16);
                device.multiply(product, memory.start(), memory.at(256), memory.at(512));
              })) {
        assertThat(floats(memory)[128]).isZero();
        recording.run();
        recording.run();
        assertThat(floats(memory)[128]).isEqualTo(4);
      }
    }
  }

  @Test
  void tooMuchMemoryIsRefusedAndTheDeviceStaysUsable() {
    long free = device.freeBytes();
    assertThatThrownBy(() -> device.allocate(2 * device.description().bytes()))
        .isInstanceOf(OutOfDeviceMemoryException.class);
    try (DeviceMemory memory = device.allocate(1 << 20)) {
      device.clear(memory.start(), memory.bytes());
      device.synchronize();
    }
    assertThat(device.freeBytes()).isEqualTo(free);
  }

  private float[] floats(DeviceMemory memory) {
    float[] numbers = new float[(int) memory.bytes() / Float.BYTES];
    try (FloatPointer host = new FloatPointer(numbers.length)) {
      device.download(memory.start(), host, memory.bytes()).await();
      host.get(numbers);
    }
    return numbers;
  }
}
