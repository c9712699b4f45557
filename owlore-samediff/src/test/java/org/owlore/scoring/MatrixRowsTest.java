package org.owlore.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MatrixRowsTest {
  private static final float[][] VALUES = {{1, 2, 3}, {4, 5, 6}};

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void readsEveryFloatingPointType(DataType type) {
    assertThat(rows(Nd4j.createFromArray(VALUES).castTo(type))).isDeepEqualTo(VALUES);
  }

  @Test
  void readsColumnMajorMatrices() {
    assertThat(rows(Nd4j.createFromArray(VALUES).dup('f'))).isDeepEqualTo(VALUES);
  }

  @Test
  void readsTransposedViews() {
    assertThat(rows(Nd4j.createFromArray(VALUES).transpose()))
        .isDeepEqualTo(new float[][] {{1, 4}, {2, 5}, {3, 6}});
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "BFLOAT16"})
  void readsViewsThatSkipColumns(DataType type) {
    INDArray view =
        Nd4j.createFromArray(VALUES)
            .castTo(type)
            .get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3));

    assertThat(rows(view)).isDeepEqualTo(new float[][] {{2, 3}, {5, 6}});
  }

  @Test
  void readsOneRow() {
    assertThat(rows(Nd4j.createFromArray(new float[][] {{1, 2, 3}})))
        .isDeepEqualTo(new float[][] {{1, 2, 3}});
  }

  @Test
  void readsOneColumn() {
    assertThat(rows(Nd4j.createFromArray(new float[][] {{1}, {2}})))
        .isDeepEqualTo(new float[][] {{1}, {2}});
  }

  @Test
  void readsMatricesOfManyBlocks() {
    INDArray matrix = Nd4j.arange(0, 7 * 500_000).castTo(DataType.FLOAT).reshape(7, 500_000);
    MatrixRows rows = new MatrixRows("m", matrix);
    List<Integer> seen = new ArrayList<>();
    rows.forEach(
        (row, values, start) -> {
          seen.add(row);
          assertThat(values[start]).isEqualTo(row * 500_000f);
          assertThat(values[start + 499_999]).isEqualTo(row * 500_000f + 499_999);
        });

    assertThat(rows.rowsPerBlock()).isEqualTo(2);
    assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void readsRowsThatAreLongerThanABlock() {
    MatrixRows rows = new MatrixRows("m", Nd4j.ones(DataType.FLOAT, 2, 1_500_000));

    assertThat(rows.rowsPerBlock()).isEqualTo(1);
    assertThat(rows.read(1, 2)).hasSize(1_500_000).containsOnly(1);
  }

  @Test
  void refusesWhatIsNoMatrix() {
    assertThatThrownBy(() -> new MatrixRows("The weight w", Nd4j.zeros(2, 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The weight w has shape [2, 3, 4]: scoring needs a matrix (rank 2).");
  }

  private static float[][] rows(INDArray matrix) {
    MatrixRows rows = new MatrixRows("m", matrix);
    float[][] read = new float[rows.rows()][];
    rows.forEach(
        (row, values, start) ->
            read[row] = Arrays.copyOfRange(values, start, start + rows.columns()));
    return read;
  }
}
