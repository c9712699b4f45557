package org.owlore.onnx.symbolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolicShapeTest {
  private static final SymbolicShape ACTIVATION =
      SymbolicShape.of(SymbolicNumber.BATCH, SymbolicNumber.SEQUENCE, SymbolicNumber.of(8));

  @Test
  void broadcastingStretchesOnesAndMissingAxes() {
    SymbolicShape mask =
        SymbolicShape.of(SymbolicNumber.BATCH, SymbolicNumber.ONE, SymbolicNumber.ONE);

    assertThat(ACTIVATION.broadcast(mask)).isEqualTo(ACTIVATION);
    assertThat(SymbolicShape.of(8).broadcast(ACTIVATION)).isEqualTo(ACTIVATION);
    assertThat(SymbolicShape.SCALAR.broadcast(ACTIVATION)).isEqualTo(ACTIVATION);
  }

  @Test
  void shapesThatDoNotGoTogetherAreRefusedWithBoth() {
    assertThatThrownBy(() -> ACTIVATION.broadcast(SymbolicShape.of(7)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("the shapes [batch, sequence, 8] and [7] do not go together");
  }

  @Test
  void aSizeIsNoPlainNumber() {
    assertThatThrownBy(
            () ->
                ACTIVATION.broadcast(SymbolicShape.of(SymbolicNumber.of(5), SymbolicNumber.of(8))))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void axesCountFromEitherEnd() {
    assertThat(ACTIVATION.axis(-1)).isEqualTo(2);
    assertThat(ACTIVATION.axis(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -4, Long.MAX_VALUE, Long.MIN_VALUE})
  void axesOutsideAreRefused(long axis) {
    assertThatThrownBy(() -> ACTIVATION.axis(axis))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("there is no axis " + axis);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.5, 1e12})
  void impossibleDimensionsAreRefused(double dimension) {
    assertThatThrownBy(() -> SymbolicShape.of(SymbolicNumber.of(dimension)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("has the dimension");
  }

  @Test
  void theSizeIsTheProduct() {
    assertThat(ACTIVATION.size()).hasToString("8 * batch * sequence");
  }
}
