package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void theMiddleOfAnOddNumberIsOneOfThem() {
    assertThat(Spread.of(DoubleStream.of(9, 1, 2))).isEqualTo(new Spread(2, 1, 9, 4, 3));
  }

  @Test
  void theMiddleOfAnEvenNumberLiesBetweenTwo() {
    assertThat(Spread.of(DoubleStream.of(4, 1, 2, 9))).isEqualTo(new Spread(3, 1, 9, 4, 4));
  }

  @Test
  void nothingIsNoNumber() {
    assertThat(Spread.of(DoubleStream.empty()))
        .isEqualTo(new Spread(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0));
  }
}
