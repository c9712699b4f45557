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
      SampleAttention sample = SampleAttention.of(type, 1000, 1001, 64).valueDepth(128).build();
      for (Pass pass : Pass.values()) {
        assertThat(compiler.compile(CudaSource.of(sample.pass(pass)), architecture))
            .startsWith(0x7f, 'E', 'L', 'F');
      }
    }
  }

  @Test
  void theLargestTilesThatFitCompile() {
    KernelCompiler compiler = AvailableCompiler.orSkip();
    for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
      for (Pass pass : Pass.values()) {
        Attention deepest = deepest(type, pass);
        assertThat(compiler.compile(CudaSource.of(deepest), "sm_90")).isNotEmpty();
      }
    }
  }

  private static Attention deepest(NumberType type, Pass pass) {
    long depth = 16;
    while (AttentionShape.fits(SampleAttention.of(type, 99, 99, depth + 16).build().pass(pass))) {
      depth += 16;
    }
    return SampleAttention.of(type, 99, 99, depth).build().pass(pass);
  }
}
