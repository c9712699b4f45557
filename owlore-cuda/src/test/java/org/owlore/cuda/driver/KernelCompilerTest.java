package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.source.CudaSource;

class KernelCompilerTest {
  private static final CudaSource EMPTY =
      new CudaSource("empty", "extern \"C\" __global__ void empty() {}");

  @Test
  void machineCodeIsMadeWithoutADevice() {
    assertThat(AvailableCompiler.orSkip().compile(EMPTY, "sm_90")).startsWith(0x7f, 'E', 'L', 'F');
  }

  @Test
  void whatIsRefusedIsSaidInTheCompilersWords() {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    assertThatThrownBy(() -> compiler.compile(new CudaSource("broken", "nonsense;"), "sm_90"))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith(
            "NVRTC " + compiler.version() + " cannot compile kernel broken for sm_90;")
        .hasMessageContaining("broken.cu(1)");
  }

  @Test
  void anUnknownArchitectureIsNamed() {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    assertThatThrownBy(() -> compiler.compile(EMPTY, "sm_10"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cannot compile kernel empty for sm_10");
  }
}
