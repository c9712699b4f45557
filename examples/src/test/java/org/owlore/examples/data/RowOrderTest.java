package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowOrderTest {

  @Property(tries = 100)
  void withoutShufflingStepsTakeRowsInOrderAndWrapAround(
      @ForAll @IntRange(min = 1, max = 50) int rows,
      @ForAll @IntRange(min = 1, max = 60) int batchSize,
      @ForAll @IntRange(min = 0, max = 1000) int step) {
    int[] expected =
        IntStream.range(0, batchSize).map(i -> (step * batchSize % rows + i) % rows).toArray();

    assertThat(RowOrder.cyclic(rows, batchSize).rows(step)).containsExactly(expected);
  }

  @Property(tries = 100)
  void everyShuffledEpochHoldsEveryRowOnce(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 20) int batchSize,
      @ForAll long seed) {
    RowOrder order = RowOrder.shuffled(rows, batchSize, seed);
    long steps = 3 * order.stepsPerEpoch();
    int[] drawn =
        LongStream.range(0, steps).mapToObj(order::rows).flatMapToInt(Arrays::stream).toArray();

    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(Arrays.copyOfRange(drawn, epoch * rows, (epoch + 1) * rows))
          .containsExactlyInAnyOrder(IntStream.range(0, rows).toArray());
    }
  }

  @Test
  void epochsAndSeedsShuffleDifferently() {
    int[] first = RowOrder.shuffled(100, 100, 0).rows(0);

    assertThat(RowOrder.shuffled(100, 100, 0).rows(0)).containsExactly(first);
    assertThat(RowOrder.shuffled(100, 100, 0).rows(1)).isNotEqualTo(first);
    assertThat(RowOrder.shuffled(100, 100, 1).rows(0)).isNotEqualTo(first);
  }

  @Test
  void eachRowIsEquallyLikelyAtEachPosition() {
    int rows = 10;
    int epochs = 20_000;
    Shuffle shuffle = new Shuffle(rows, 7);
    int[][] counts = new int[rows][rows];
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int position = 0; position < rows; position++) {
        counts[position][shuffle.row(epoch, position)]++;
      }
    }
    // Chi-square with 81 degrees of freedom: 135 is exceeded once in ten thousand seeds.
    double expected = (double) epochs / rows;
    double chiSquare =
        Arrays.stream(counts)
            .flatMapToInt(Arrays::stream)
            .mapToDouble(count -> (count - expected) * (count - expected) / expected)
            .sum();
    assertThat(chiSquare).isLessThan(135);
  }

  @Test
  void aSinglePassTakesEveryRowOnceLongestFirst() {
    RowOrder order = RowOrder.once(new int[] {3, 9, 1, 5, 5}, 2);

    assertThat(order.stepsPerEpoch()).isEqualTo(3);
    assertThat(order.rows(0)).containsExactly(1, 3);
    assertThat(order.rows(1)).containsExactly(4, 0);
    assertThat(order.rows(2)).containsExactly(2);
    assertThat(order.rows(3)).containsExactly(1, 3);
  }

  @Test
  void anEpochIsOverWhenEveryRowWasSeen() {
    assertThat(RowOrder.cyclic(10, 4).stepsPerEpoch()).isEqualTo(3);
    assertThat(RowOrder.cyclic(3, 8).stepsPerEpoch()).isEqualTo(1);
  }

  @Test
  void aBatchMayBeFarLargerThanTheData() {
    RowOrder order = RowOrder.once(new int[] {1, 2}, Integer.MAX_VALUE);

    assertThat(order.stepsPerEpoch()).isEqualTo(1);
    assertThat(order.rows(0)).containsExactly(1, 0);
    assertThat(RowOrder.cyclic(2, Integer.MAX_VALUE).stepsPerEpoch()).isEqualTo(1);
  }

  @Test
  void batchesWithoutRowsAreRefused() {
    assertThatThrownBy(() -> RowOrder.cyclic(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The batch size is 0; it must be at least 1.");
    assertThatThrownBy(() -> RowOrder.once(new int[] {1}, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
