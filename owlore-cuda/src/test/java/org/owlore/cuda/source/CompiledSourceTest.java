package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.driver.AvailableCompiler;
import org.owlore.cuda.driver.KernelCompiler;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

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

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_90", "sm_100"})
  void everyPassOverAnAttentionCompilesForADevice(String architecture) {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
      SampleAttention sample =
          SampleAttention.of(type, 1000, 1001, Attention.LARGEST_DEPTH).build();
      for (Pass pass : Pass.values()) {
        assertThat(compiler.compile(CudaSource.of(sample.pass(pass)), architecture))
            .startsWith(0x7f, 'E', 'L', 'F');
      }
    }
  }

  @Test
  void aScoreThatNeeds64BitsCompiles() {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    SampleAttention sample =
        SampleAttention.of(NumberType.BFLOAT16, 50_000, 50_000, 16).flat(true).build();
    CudaSource source = CudaSource.of(sample.pass(Pass.OUTPUT));
    assertThat(source.text()).contains("integer batch, integer row, integer column");
    assertThat(compiler.compile(source, "sm_90")).isNotEmpty();
  }
}
