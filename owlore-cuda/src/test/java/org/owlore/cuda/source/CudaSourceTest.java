package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;

class CudaSourceTest {

  @Test
  void equalKernelsHaveTheSameSourceAndOthersAnotherFunction() {
    CudaSource source = CudaSource.of(SampleKernels.softmax(3, 40, NumberType.FLOAT32));
    assertThat(CudaSource.of(SampleKernels.softmax(3, 40, NumberType.FLOAT32))).isEqualTo(source);
    assertThat(CudaSource.of(SampleKernels.softmax(3, 41, NumberType.FLOAT32)).function())
        .isNotEqualTo(source.function());
  }

  @Test
  void aPointwiseKernelReadsAsOneWouldWriteIt() {
    Kernel kernel = SampleKernels.shifted(5, 9);
    assertThat(CudaSource.of(kernel).text())
        .contains("(const float* p0, float* p1) {")
        .endsWith(
            """
              for (int point = (int)blockIdx.x * 256 + (int)(threadIdx.x); point < 45; point += (int)gridDim.x * 256) {
                const int d0 = quotient(point, 9);
                const int d1 = remainder_of(point, 9);
                const bool t0 = (integer)(d1 + -2) >= 0LL && (integer)(d1 + -2) < 9LL;
                const float t1 = t0 ? read(p0 + (d0 * 9 + d1 + -2)) : float(0);
                write(p1 + (d0 * 9 + d1), t1);
              }
            }
            """);
  }

  @Test
  void onlyFloat32IsAddedTo() {
    KernelBuilder kernel = new KernelBuilder("wrong", List.of(4L), List.of());
    int narrow = kernel.parameter(NumberType.BFLOAT16, true);
    int row = kernel.integer(0);
    int always = kernel.inside(kernel.element(), 0, 4);
    kernel.addToRow(always, narrow, kernel.element(), row, 4, kernel.real(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CudaSource.of(kernel.build()))
        .withMessage(
            "Kernel wrong adds to memory of type BFLOAT16, but a device adds to FLOAT32 only.");
  }
}
