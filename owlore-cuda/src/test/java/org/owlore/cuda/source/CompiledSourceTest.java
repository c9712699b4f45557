package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.cuda.driver.AvailableCompiler;
import org.owlore.cuda.driver.KernelCompiler;
import org.owlore.cuda.kernel.Kernel;

class CompiledSourceTest {

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void everyKindOfKernelCompilesForADevice(String architecture) {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    List<Kernel> kernels = SampleKernels.all();
    assertThat(kernels)
        .allSatisfy(
            kernel ->
                assertThat(compiler.compile(CudaSource.of(kernel), architecture))
                    .startsWith(0x7f, 'E', 'L', 'F'));
  }
}
