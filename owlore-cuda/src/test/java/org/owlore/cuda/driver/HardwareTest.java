package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;

/** The device on hardware; skipped where there is none. */
class HardwareTest {
  private final CudaDevice device = AvailableDevice.orSkip();
  private final DeviceBehaviour behaviour = new DeviceBehaviour(device, new Random());

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void whatIsUploadedComesBackThoughItChangesAtOnce() {
    behaviour.copiesWhatChangesAtOnce(100_000_003);
  }

  @Test
  void productsAreTheInterpreters() {
    behaviour.multipliesAsTheInterpreter(200, 70, 0.1f);
  }

  @Test
  void rowsOfADecomposedMatrixAreItsEigenvectorsInAscendingOrder() {
    behaviour.findsEigenvectorsInAscendingOrder(65, 1e-4f);
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
        assertThat(behaviour.floats(memory)[128]).isZero();
        recording.run();
        recording.run();
        assertThat(behaviour.floats(memory)[128]).isEqualTo(4);
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
}
