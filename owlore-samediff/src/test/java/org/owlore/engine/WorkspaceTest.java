package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class WorkspaceTest {
  private final Workspace workspace = new Workspace();

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void viewsShareTheArena() {
    workspace.reserve(Map.of(DataType.FLOAT, 100L));
    INDArray whole = workspace.view(ArrayType.of(DataType.FLOAT, 10, 10), 0);
    INDArray part = workspace.view(ArrayType.of(DataType.FLOAT, 2, 3), 50);
    whole.assign(0);
    part.assign(7);
    assertThat(part.shape()).containsExactly(2, 3);
    assertThat(whole.getDouble(5, 0)).isEqualTo(7);
    assertThat(whole.getDouble(5, 5)).isEqualTo(7);
    assertThat(whole.getDouble(5, 6)).isZero();
    assertThat(whole.getDouble(4, 9)).isZero();
  }

  @Test
  void everyTypeHasAnArenaOfItsOwn() {
    workspace.reserve(Map.of(DataType.FLOAT, 8L, DataType.INT64, 8L));
    workspace.view(ArrayType.of(DataType.INT64, 8), 0).assign(1);
    workspace.view(ArrayType.of(DataType.FLOAT, 8), 0).assign(2);
    assertThat(workspace.view(ArrayType.of(DataType.INT64, 8), 0).getLong(7)).isEqualTo(1);
    assertThat(workspace.bytes()).isEqualTo(8 * 4 + 8 * 8);
  }

  @Test
  void aSmallerPlanKeepsTheViewsValid() {
    workspace.reserve(Map.of(DataType.FLOAT, 100L));
    int generation = workspace.generation();
    workspace.reserve(Map.of(DataType.FLOAT, 50L));
    assertThat(workspace.generation()).isEqualTo(generation);
    assertThat(workspace.bytes()).isEqualTo(400);
  }

  @Test
  void aLargerPlanInvalidatesTheViews() {
    workspace.reserve(Map.of(DataType.FLOAT, 100L));
    int generation = workspace.generation();
    workspace.reserve(Map.of(DataType.FLOAT, 101L));
    assertThat(workspace.generation()).isNotEqualTo(generation);
    assertThat(workspace.bytes()).isEqualTo(404);
  }

  @Test
  void aScalarHasAPlace() {
    workspace.reserve(Map.of(DataType.FLOAT, 16L));
    INDArray scalar = workspace.view(ArrayType.of(DataType.FLOAT), 3);
    scalar.assign(5);
    assertThat(scalar.isScalar()).isTrue();
    assertThat(workspace.view(ArrayType.of(DataType.FLOAT, 16), 0).getDouble(3)).isEqualTo(5);
  }

  @Test
  void afterClosingNothingIsHeldAndViewsAreInvalid() {
    workspace.reserve(Map.of(DataType.FLOAT, 100L));
    int generation = workspace.generation();
    workspace.close();
    assertThat(workspace.bytes()).isZero();
    assertThat(workspace.generation()).isNotEqualTo(generation);
  }
}
