package org.owlore.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaSupportTest {

  /** Every compute capability that CUDA has had, up to 12. */
  @ParameterizedTest
  @CsvSource({
    "2, 0, TOO_OLD, Fermi",
    "2, 1, TOO_OLD, Fermi",
    "3, 0, TOO_OLD, Kepler: GTX 680",
    "3, 2, TOO_OLD, Kepler: Tegra K1",
    "3, 5, TOO_OLD, Kepler: K40",
    "3, 7, BUILT_FOR, Kepler: K80",
    "5, 0, BUILT_FOR, Maxwell: GTX 750",
    "5, 2, BUILT_FOR, Maxwell: M40",
    "5, 3, COMPATIBLE, Maxwell: Jetson Nano",
    "6, 0, BUILT_FOR, Pascal: P100",
    "6, 1, BUILT_FOR, Pascal: GTX 1080",
    "6, 2, COMPATIBLE, Pascal: Jetson TX2",
    "7, 0, BUILT_FOR, Volta: V100",
    "7, 2, COMPATIBLE, Volta: Jetson Xavier",
    "7, 5, BUILT_FOR, Turing: T4",
    "8, 0, BUILT_FOR, Ampere: A100",
    "8, 6, BUILT_FOR, Ampere: RTX 3090",
    "8, 7, COMPATIBLE, Ampere: Jetson Orin",
    "8, 9, COMPATIBLE, Ada: RTX 4090",
    "9, 0, TOO_NEW, Hopper: H100",
    "10, 0, TOO_NEW, Blackwell: B200",
    "10, 3, TOO_NEW, Blackwell: B300",
    "11, 0, TOO_NEW, Blackwell: Jetson Thor",
    "12, 0, TOO_NEW, Blackwell: RTX 5090",
    "12, 1, TOO_NEW, Blackwell: GB10"
  })
  void followsFromTheMachineCode(int major, int minor, CudaSupport expected, String name) {
    CudaDevice device = new CudaDevice(name, major, minor);

    assertThat(device.support()).isEqualTo(expected);
    assertThat(device.support().runs())
        .isEqualTo(expected == CudaSupport.BUILT_FOR || expected == CudaSupport.COMPATIBLE);
  }

  @Test
  void aDeviceThatTheCodeWasBuiltForSaysSo() {
    assertThat(new CudaDevice("Tesla T4", 7, 5).judgement())
        .isEqualTo(
            "Tesla T4 (compute capability 7.5) runs ND4J 1.0.0-M2.1's CUDA backend, which has machine code for it.");
  }

  @Test
  void aCompatibleDeviceNamesTheNewestCodeThatItRuns() {
    assertThat(new CudaDevice("NVIDIA L40S", 8, 9).judgement())
        .isEqualTo(
            "NVIDIA L40S (compute capability 8.9) runs ND4J 1.0.0-M2.1's CUDA backend with its machine code for 8.6.");
    assertThat(new CudaDevice("Xavier", 7, 2).judgement()).contains("its machine code for 7.0.");
  }

  @Test
  void aDeviceThatIsTooNewIsSentToOurOwnCudaExecutor() {
    assertThat(new CudaDevice("NVIDIA H200", 9, 0).judgement())
        .isEqualTo(
            "NVIDIA H200 (compute capability 9.0) cannot run ND4J 1.0.0-M2.1's CUDA backend, whose machine code ends at 8.6 and runs up to 8.9: use --device cuda of owlore-cuda, or the CPU's backend (nd4j-native; no -Pcuda).");
  }

  @Test
  void aDeviceThatIsTooOldIsSentToTheCpu() {
    assertThat(new CudaDevice("Tesla K40", 3, 5).judgement())
        .isEqualTo(
            "Tesla K40 (compute capability 3.5) cannot run ND4J 1.0.0-M2.1's CUDA backend, whose machine code begins at 3.7: use the CPU's backend (nd4j-native; no -Pcuda).");
  }
}
