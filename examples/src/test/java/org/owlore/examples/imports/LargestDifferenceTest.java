package org.owlore.examples.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LargestDifferenceTest {
  private static final INDArray EXPECTED = Nd4j.createFromArray(new float[][] {{1, -4}, {2, 0}});

  @Test
  void isRelativeToTheLargestEntryOfWhateverSign() {
    INDArray found = Nd4j.createFromArray(new float[][] {{1, -4}, {2.5f, 0.1f}});

    assertThat(LargestDifference.relative(found, EXPECTED, 0)).isCloseTo(0.125, within(1e-9));
  }

  @Test
  void looksAtEntriesNotAtTheOrderInMemory() {
    INDArray turned = EXPECTED.transpose().dup('c').transpose();

    assertThat(LargestDifference.relative(turned, EXPECTED, 0)).isZero();
  }

  @Test
  void theFloorKeepsRoundingOfNothingFromCounting() {
    INDArray zeros = EXPECTED.mul(0);
    INDArray rounding = zeros.add(1e-9);

    assertThat(LargestDifference.relative(rounding, zeros, 1e-3)).isLessThan(1e-5);
    assertThat(LargestDifference.relative(rounding, zeros, 0)).isGreaterThan(1);
  }

  @Test
  void otherShapesAndNumbersThatAreNoneAreInfinitelyFar() {
    INDArray notANumber = EXPECTED.dup().putScalar(0, 0, Float.NaN);

    assertThat(LargestDifference.relative(notANumber, EXPECTED, 0)).isInfinite();
    assertThat(LargestDifference.relative(EXPECTED.reshape(4), EXPECTED, 0)).isInfinite();
  }
}
