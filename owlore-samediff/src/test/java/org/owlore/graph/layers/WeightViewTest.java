package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.owlore.graph.Orientation;

class WeightViewTest {
  private final WeightView matrix = WeightView.of("w", new long[] {2, 3});

  @Test
  void theAxisOfTheProductIsTheInputAxis() {
    assertThat(matrix.orientation(1)).contains(Orientation.OUT_IN);
    assertThat(matrix.orientation(2)).contains(Orientation.IN_OUT);
    assertThat(matrix.orientation(3)).isEmpty();
  }

  @Test
  void aTransposeSwapsTheAxes() {
    assertThat(matrix.permuted(new long[] {1, 0}).orElseThrow().orientation(1))
        .contains(Orientation.IN_OUT);
    assertThat(matrix.reversed().orElseThrow().orientation(2)).contains(Orientation.OUT_IN);
  }

  @Test
  void aPermutationOfAnotherRankIsNotFollowed() {
    assertThat(matrix.permuted(new long[] {0, 2, 1})).isEmpty();
    assertThat(matrix.permuted(new long[] {0, 0})).isEmpty();
    assertThat(matrix.permuted(new long[] {0, -1})).isEmpty();
  }

  @Test
  void axesOfLengthOneComeAndGo() {
    WeightView stacked = matrix.reshaped(new long[] {1, -1, 3}).orElseThrow();

    assertThat(stacked.shape()).containsExactly(1, 2, 3);
    assertThat(stacked.orientation(1)).contains(Orientation.OUT_IN);
    assertThat(stacked.orientation(3)).isEmpty();
    assertThat(stacked.squeezed().orElseThrow().shape()).containsExactly(2, 3);
    assertThat(matrix.expanded(-1).orElseThrow().orientation(2)).contains(Orientation.OUT_IN);
    assertThat(matrix.expanded(1).orElseThrow().shape()).containsExactly(2, 1, 3);
  }

  @Test
  void aShapeThatMixesTheAxesIsNotFollowed() {
    assertThat(matrix.reshaped(new long[] {3, 2})).isEmpty();
    assertThat(matrix.reshaped(new long[] {6})).isEmpty();
    assertThat(matrix.reshaped(new long[] {0, -1})).isEmpty();
  }
}
