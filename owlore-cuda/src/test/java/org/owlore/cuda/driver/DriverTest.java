package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.sun.jna.NativeLibrary;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceException;

class DriverTest {
  private final FakeDriver fake = new FakeDriver();

  @Test
  void aDeviceIsDescribed() {
    assertThat(new Driver(fake).devices())
        .containsExactly(new DeviceDescription("Fake 10", 9, 0, 132, 1L << 30, "13.0"));
  }

  @Test
  void aMachineWithoutADriverHasNoDevice() {
    assumeFalse(hasDriver(), "this machine has an NVIDIA driver");
    assertThatThrownBy(CudaDevices::list)
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "No CUDA device: this machine has no NVIDIA driver (libcuda.so.1 cannot be loaded).");
    assertThatThrownBy(() -> CudaDevices.open(0)).hasMessageStartingWith("No CUDA device: ");
  }

  private static boolean hasDriver() {
    try {
      NativeLibrary.getInstance("libcuda.so.1").close();
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  @Test
  void aDriverWithoutAGpuHasNoDevice() {
    fake.failures.put("cuInit", 100);
    assertThatThrownBy(() -> new Driver(fake))
        .isInstanceOf(DeviceException.class)
        .hasMessage("No CUDA device: the NVIDIA driver finds no GPU that this program may use.");
  }

  @Test
  void aDriverThatCannotStartSaysWhy() {
    fake.failures.put("cuInit", 803);
    assertThatThrownBy(() -> new Driver(fake))
        .hasMessage("CUDA could not be started: what 803 means (CUDA_ERROR_803).");
  }

  @Test
  void anOldDriverIsToBeUpdated() {
    fake.version = 11_080;
    assertThatThrownBy(() -> new Driver(fake))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "The NVIDIA driver serves CUDA 11.8, but CUDA 12 or later is needed: update the driver.");
  }

  @Test
  void librariesAreOfReleasesThatTheDriverServes() {
    assertThat(new Driver(fake).releases()).containsExactly(13, 12);
    fake.version = 12_040;
    assertThat(new Driver(fake).releases()).containsExactly(12);
  }

  @Test
  void whatFailedOnTheDeviceIsSaidToBeAnEarlierRequest() {
    Driver driver = new Driver(fake);
    assertThatThrownBy(() -> driver.check(FakeDriver.ILLEGAL_ADDRESS, "finish"))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "The CUDA device failed at something that it was asked before: what 700 means (CUDA_ERROR_700). It is lost for this program: start again, with CUDA_LAUNCH_BLOCKING=1 to learn at which step.");
  }

  @Test
  void aKernelThatIsTooLargeToBeLaunchedIsNoEarlierRequest() {
    Driver driver = new Driver(fake);
    assertThatThrownBy(() -> driver.check(701, "run kernel large"))
        .isInstanceOf(DeviceException.class)
        .hasMessage("CUDA could not run kernel large: what 701 means (CUDA_ERROR_701).");
  }

  @Test
  void aDeviceThatIsNotThereIsMissed() {
    Driver driver = new Driver(fake);
    assertThatThrownBy(() -> CudaDevices.suitable(driver, 1))
        .isInstanceOf(DeviceException.class)
        .hasMessage("There is no CUDA device 1: this machine has 1, numbered from 0.");
    assertThatThrownBy(() -> CudaDevices.suitable(driver, -1)).isInstanceOf(DeviceException.class);
  }

  @Test
  void anOldDeviceIsRefused() {
    Driver driver = new Driver(fake);
    fake.capability[0] = 7;
    assertThatThrownBy(() -> CudaDevices.suitable(driver, 0))
        .isInstanceOf(DeviceException.class)
        .hasMessage("Fake 10 has compute capability 7.0, but 7.5 or later is needed.");
    fake.capability[1] = 5;
    assertThat(CudaDevices.suitable(driver, 0).architecture()).isEqualTo("sm_75");
  }
}
