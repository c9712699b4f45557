package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;

/** The device over emulated libraries, called as the real ones are. */
class EmulatedDeviceTest {
  private static final long USUAL_LIMIT = 1L << 30;

  @TempDir private static Path cache;
  private final CudaEmulator emulator = CudaEmulator.orSkip();
  private final int openBefore = emulator.openThings();
  private final CudaDevice device = emulator.open(cache);
  private final DeviceBehaviour behaviour = new DeviceBehaviour(device, new Random());

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
    behaviour.copiesWhatChangesAtOnce(20_000_003);
  }

  @Test
  void productsAreTheInterpreters() {
    behaviour.multipliesAsTheInterpreter(60, 20, 0.05f);
  }

  @Test
  void rowsOfADecomposedMatrixAreItsEigenvectorsInAscendingOrder() {
    behaviour.findsEigenvectorsInAscendingOrder(9, 1e-5f);
  }

  @Test
  void aMatrixThatIsNoNumberHasNoEigenvectors() {
    try (DeviceMemory memory = behaviour.uploaded(Float.NaN, 0, 0, 1);
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
      assertThat(behaviour.floats(memory)).containsOnly(0);
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
    try (DeviceMemory memory = behaviour.uploaded(1, 10)) {
      for (int i = 0; i < 3; i++) {
        device.launch(increment("increment"), List.of(memory.start()));
      }
      device.launch(increment("increment"), List.of(memory.at(4)));
      assertThat(behaviour.floats(memory)).containsExactly(4, 11);
    }
  }

  @Test
  void recordedWorkIsDoneEachTimeItIsRunAndNotBefore() {
    MatrixProduct product = MatrixProduct.builder().rows(1).columns(1).inner(1).keep(1).build();
    try (DeviceMemory memory = behaviour.uploaded(1, 2, 0);
        Device.Recording recording =
            device.record(
                () -> {
                  device.launch(increment("recorded"), List.of(memory.start()));
                  device.copy(memory.start(), memory.at(4), 4);
                  device.multiply(product, memory.start(), memory.at(4), memory.at(8));
                })) {
      assertThat(behaviour.floats(memory)).containsExactly(1, 2, 0);
      recording.run();
      recording.run();
      assertThat(behaviour.floats(memory)).containsExactly(3, 3, 13);
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
}
