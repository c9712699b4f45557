package org.owlore.onnx.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.testing.OnnxBuilder.attribute;
import static org.owlore.testing.OnnxBuilder.real;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ProductOperatorsTest extends OperatorFixture {

  @ParameterizedTest
  @CsvSource({"6, 5", "6, 1", "6, 9"})
  void matrixProductsTakeAllRowsAtOnce(int in, int out) {
    INDArray w = graph.tensor("w", in, out);

    INDArray result = graph.node("MatMul", "x w", "z").compute("z");

    assertThat(result.shape()).containsExactly(Imported.BATCH, Imported.SEQUENCE, out);
    assertEach(result, result, (v, i) -> dot(i / out, w, i % out, false));
  }

  @Test
  void aTransposedWeightIsReadAsItLies() {
    INDArray w = graph.tensor("w", 5, Imported.WIDTH);

    INDArray result =
        graph
            .node("Transpose", "w", "t", attribute("perm", 1, 0))
            .node("MatMul", "x t", "z")
            .compute("z");

    assertEach(result, result, (v, i) -> dot(i / 5, w, i % 5, true));
  }

  @Test
  void gemmScalesBothSummands() {
    INDArray w = graph.tensor("w", 5, Imported.WIDTH);
    INDArray bias = graph.tensor("bias", 5);

    INDArray result =
        graph
            .integers("rows", -1, Imported.WIDTH)
            .node("Reshape", "x rows", "flat")
            .node(
                "Gemm",
                "flat w bias",
                "z",
                attribute("transB", 1),
                real("alpha", 0.5),
                real("beta", 2))
            .compute("z");

    assertEach(result, result, (v, i) -> 0.5 * dot(i / 5, w, i % 5, true) + 2 * at(bias, i % 5));
  }

  @Test
  void attentionScoresMultiplyBatchesOfMatrices() {
    INDArray result =
        graph
            .node("Transpose", "x", "t", attribute("perm", 0, 2, 1))
            .node("MatMul", "x t", "z")
            .compute("z");

    assertThat(result.shape())
        .containsExactly(Imported.BATCH, Imported.SEQUENCE, Imported.SEQUENCE);
    assertEach(
        result,
        result,
        (v, i) -> {
          int row = i / Imported.SEQUENCE;
          int batch = row / Imported.SEQUENCE;
          int other = batch * Imported.SEQUENCE + i % Imported.SEQUENCE;
          double sum = 0;
          for (int k = 0; k < Imported.WIDTH; k++) {
            sum += at(x, row * Imported.WIDTH + k) * at(x, other * Imported.WIDTH + k);
          }
          return sum;
        });
  }
}
