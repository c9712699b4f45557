package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.device.DeviceMemory;

/** Kernels that fail on the device, emulated: it is lost then, for all who use it. */
class EmulatedFailureTest {
  private static final String EXPLANATION =
      "The CUDA device failed at something that it was asked before: an illegal memory access was encountered (CUDA_ERROR_ILLEGAL_ADDRESS). It is lost for this program: start again, with CUDA_LAUNCH_BLOCKING=1 to learn at which step.";

  @TempDir private static Path cache;
  private final CudaEmulator emulator = CudaEmulator.orSkip();

  @Test
  void aFailureIsReportedWhenItIsWaitedForAndIsForGood() {
    CudaDevice device = emulator.open(cache);
    DeviceMemory memory = device.allocate(4);
    emulator.failNextLaunch(FakeDriver.ILLEGAL_ADDRESS);
    device.launch(EmulatedDeviceTest.increment("failing"), List.of(memory.start()));

    assertThatThrownBy(device::synchronize)
        .isInstanceOf(DeviceException.class)
        .hasMessage(EXPLANATION);
    assertThatThrownBy(() -> device.clear(memory.start(), 4)).hasMessage(EXPLANATION);
    assertThatThrownBy(device::close).hasMessage(EXPLANATION);
  }

  @Test
  void aLostDeviceIsGivenBackAsItIsClosed() {
    CudaDevice lost = emulator.open(cache);
    DeviceMemory memory = lost.allocate(4);
    emulator.failNextLaunch(FakeDriver.ILLEGAL_ADDRESS);
    lost.launch(EmulatedDeviceTest.increment("failing"), List.of(memory.start()));
    assertThatThrownBy(lost::close).hasMessage(EXPLANATION);

    try (CudaDevice next = emulator.open(cache)) {
      next.synchronize();
    }
    assertThat(emulator.openThings()).isZero();
  }
}
