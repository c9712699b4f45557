package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Pass;
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

  @Test
  void equalAttentionsHaveTheSameSourceAndOthersAnotherFunction() {
    SampleAttention.SampleAttentionBuilder sample =
        SampleAttention.of(NumberType.BFLOAT16, 20, 30, 8);
    CudaSource source = CudaSource.of(sample.build().pass(Pass.ROWS));
    assertThat(source.function()).startsWith("attention_rows_");
    assertThat(CudaSource.of(sample.build().pass(Pass.ROWS))).isEqualTo(source);
    assertThat(CudaSource.of(sample.build().pass(Pass.COLUMNS)).function())
        .startsWith("attention_columns_");
    assertThat(CudaSource.of(sample.columns(31).build().pass(Pass.ROWS)).function())
        .isNotEqualTo(source.function());
  }

  @Test
  void theScoreOfAnAttentionIsAFunctionOfAPair() {
    SampleAttention sample =
        SampleAttention.of(NumberType.BFLOAT16, 20, 30, 16).batches(2).groups(2).build();
    assertThat(CudaSource.of(sample.pass(Pass.OUTPUT)).text())
        .contains(
            """
            struct Score {
              const bfloat16* p2;
              const unsigned char* p3;
              __device__ float of(float product, int batch, int row, int column) const {
                const int d0 = batch;
                const int d1 = row;
                const int d2 = column;
                const float t0 = product;
                const float t1 = read(p2 + (remainder_of(d1, 10) * 30 + d2));
                const bool t2 = read(p3 + (remainder_of(d1, 10) * 30 + d2));
                const float t3 = 0.25f;
                const float t4 = apply_multiply(t0, t3);
                const float t5 = apply_add(t4, t1);
                const float t6 = real_of(0xff800000u);
                const float t7 = apply_select(t2, t5, t6);
                return t7;
              }
            };
            """)
        .endsWith("{\n  attend_output(query, key, value, output, Score{score2, score3});\n}\n");
  }

  @Test
  void aScoreThatLooksAtMoreThanOnePairIsRefused() {
    Attention attention =
        SampleAttention.of(NumberType.FLOAT32, 3, 40, 8).build().pass(Pass.OUTPUT);
    Attention reducing =
        Attention.builder()
            .pass(Pass.OUTPUT)
            .batches(1)
            .rows(3)
            .columns(40)
            .depth(8)
            .valueDepth(8)
            .operands(NumberType.FLOAT32)
            .transposed(attention.transposed())
            .score(SampleKernels.softmax(3, 40, NumberType.FLOAT32))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CudaSource.of(reducing))
        .withMessage(
            "Kernel softmax is to make one number of each of an attention's pairs, without reductions and guards, and to write it to parameter 1.");
  }
}
