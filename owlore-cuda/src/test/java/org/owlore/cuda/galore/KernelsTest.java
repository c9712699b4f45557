package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;

class KernelsTest {
  private final Kernels kernels = new Kernels();

  private static void nothing(KernelBuilder kernel) {
    kernel.real(1);
  }

  @Test
  void aKernelOfTheSameNameAndSizesIsTheSame() {
    Kernel kernel = kernels.once("test", 7, KernelsTest::nothing);
    assertThat(kernel.name()).isEqualTo("galore_test");
    assertThat(kernels.once("test", List.of(7L), List.of(), KernelsTest::nothing)).isSameAs(kernel);
  }

  @Test
  void namesAndSizesTellKernelsApart() {
    Kernel kernel = kernels.once("test", List.of(7L), List.of(2L), KernelsTest::nothing);
    assertThat(kernels.once("other", List.of(7L), List.of(2L), KernelsTest::nothing))
        .isNotEqualTo(kernel);
    assertThat(kernels.once("test", List.of(2L), List.of(7L), KernelsTest::nothing))
        .isNotEqualTo(kernel);
    assertThat(kernels.once("test", 7, KernelsTest::nothing)).isNotEqualTo(kernel);
  }
}
