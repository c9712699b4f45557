package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class FlatGaLoreTest {
  private static final GaLoreUpdater CONFIG =
      GaLoreUpdater.builder().rank(2).refreshInterval(3).learningRate(0.1).build();

  /** Memory that begins in the middle of a larger array, as a part of a network's state does. */
  private static INDArray memory(GaLoreUpdater config, DataType type, long... shape) {
    long numbers = FlatGaLore.numbers(config, shape);
    return Nd4j.zeros(type, numbers + 9).get(NDArrayIndex.interval(5, 5 + numbers));
  }

  @Property(tries = 60)
  void takesTheStepsOfAnOptimizerWithArraysOfItsOwn(
      @ForAll @IntRange(min = 1, max = 7) int rows,
      @ForAll @IntRange(min = 1, max = 7) int columns,
      @ForAll Projection projection,
      @ForAll MomentsAtRefresh moments,
      @ForAll boolean columnMajor,
      @ForAll boolean float64,
      @ForAll long seed) {
    GaLoreUpdater config =
        CONFIG.toBuilder().projection(projection).momentsAtRefresh(moments).build();
    DataType type = float64 ? DataType.DOUBLE : DataType.FLOAT;
    GaLoreGradientUpdater owner = config.forParameter(rows, columns);
    FlatGaLore flat =
        new FlatGaLore(config, "W", memory(config, type, rows, columns), rows, columns);
    Random random = new Random(seed);
    for (int step = 0; step < 7; step++) {
      double[][] values = NaiveGaLore.map(new double[rows][columns], x -> random.nextGaussian());
      INDArray expected = Gradients.array(type, values).dup(columnMajor ? 'f' : 'c');
      INDArray actual = expected.dup(columnMajor ? 'f' : 'c');
      owner.applyUpdater(expected, step, 0);
      flat.applyUpdater(actual, step, 0);
      assertThat(actual.distance2(expected))
          .isLessThanOrEqualTo(1e-5 * expected.norm2Number().doubleValue());
    }
    assertThat(flat.step()).isEqualTo(7);
  }

  @Test
  void holdsTheStateAndTheCountOfSteps() {
    assertThat(FlatGaLore.numbers(CONFIG, 5, 9)).isEqualTo(CONFIG.stateNumbers(5, 9) + 1);
    assertThat(FlatGaLore.numbers(CONFIG, 2, 9)).isEqualTo(2 * 18 + 1);
  }

  @Test
  void writesNothingOutsideItsMemory() {
    long numbers = FlatGaLore.numbers(CONFIG, 5, 9);
    INDArray all = Nd4j.valueArrayOf(new long[] {numbers + 9}, 3f, DataType.FLOAT);
    INDArray memory = all.get(NDArrayIndex.interval(5, 5 + numbers));
    memory.assign(0);
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory, 5, 9);
    for (int step = 0; step < 4; step++) {
      flat.applyUpdater(Nd4j.rand(DataType.FLOAT, 5, 9), step, 0);
    }
    assertThat(all.get(NDArrayIndex.interval(0, 5)).toFloatVector()).containsOnly(3f);
    assertThat(all.get(NDArrayIndex.interval(5 + numbers, numbers + 9)).toFloatVector())
        .containsOnly(3f);
  }

  @Test
  void goesOnFromWhatIsWrittenIntoItsMemory() {
    INDArray memory = memory(CONFIG, DataType.FLOAT, 5, 9);
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory, 5, 9);
    flat.applyUpdater(Nd4j.rand(DataType.FLOAT, 5, 9), 0, 0);
    INDArray saved = memory.dup();
    INDArray gradient = Nd4j.rand(DataType.FLOAT, 5, 9);
    INDArray first = gradient.dup();
    flat.applyUpdater(first, 1, 0);
    flat.applyUpdater(Nd4j.rand(DataType.FLOAT, 5, 9), 2, 0);

    memory.assign(saved);
    assertThat(flat.step()).isEqualTo(1);
    INDArray again = gradient.dup();
    flat.applyUpdater(again, 1, 0);
    assertThat(again.data().asFloat()).isEqualTo(first.data().asFloat());
  }

  @Test
  void startsAgainWhereItsMemoryIsCleared() {
    INDArray memory = memory(CONFIG, DataType.FLOAT, 5, 9);
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory, 5, 9);
    INDArray gradient = Nd4j.rand(DataType.FLOAT, 5, 9);
    INDArray first = gradient.dup();
    flat.applyUpdater(first, 0, 0);
    memory.assign(0);
    INDArray again = gradient.dup();
    flat.applyUpdater(again, 0, 0);
    assertThat(again.data().asFloat()).isEqualTo(first.data().asFloat());
  }

  @Test
  void refusesTheMeanOfTwoBases() {
    INDArray memory = memory(CONFIG, DataType.FLOAT, 5, 9);
    INDArray other = memory(CONFIG, DataType.FLOAT, 5, 9);
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory, 5, 9);
    flat.applyUpdater(Nd4j.rand(DataType.FLOAT, 5, 9), 0, 0);
    new FlatGaLore(CONFIG, "W", other, 5, 9).applyUpdater(Nd4j.randn(DataType.FLOAT, 5, 9), 0, 0);
    memory.addi(other).divi(2);
    INDArray averaged = memory.dup();

    assertThatThrownBy(() -> flat.applyUpdater(Nd4j.rand(DataType.FLOAT, 5, 9), 1, 0))
        .isInstanceOf(DamagedStateException.class)
        .hasMessageMatching(
            "The GaLore state of W holds no orthonormal basis after 1 steps \\(squared norm .* of 2 directions\\): it was averaged with another, damaged, or saved by another updater");
    assertThat(memory).isEqualTo(averaged);
  }

  @Test
  void refusesACounterThatCountsNothing() {
    for (double counter : new double[] {-1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      INDArray memory = memory(CONFIG, DataType.FLOAT, 5, 9);
      memory.putScalar(0, counter);
      FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory, 5, 9);
      assertThatThrownBy(flat::step)
          .isInstanceOf(DamagedStateException.class)
          .hasMessage(
              "The GaLore state of W counts %s steps: it was averaged with another, damaged, or saved by another updater",
              counter);
    }
  }

  @Test
  void adviceGoesToTheEndOfTheSentence() {
    DamagedStateException damaged = new DamagedStateException("It is so");
    assertThat(damaged.advising("do that."))
        .hasMessage(
            "It is so: it was averaged with another, damaged, or saved by another updater; do that.")
        .hasCause(damaged);
  }

  @Test
  void refusesMemoryOfAnotherLength() {
    assertThatThrownBy(() -> new FlatGaLore(CONFIG, "W", Nd4j.zeros(7), 5, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The GaLore state of W of shape [5, 9] takes 47 numbers in one row, but was given an array of shape [7].");
  }

  @Test
  void refusesMemoryOfAnotherType() {
    assertThatThrownBy(() -> new FlatGaLore(CONFIG, "W", Nd4j.zeros(DataType.HALF, 47), 5, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The GaLore state of W cannot live in a HALF array, which is too coarse for it: make the network FLOAT or DOUBLE.");
  }

  @Test
  void checksAGradientAheadOfTheStep() {
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", memory(CONFIG, DataType.FLOAT, 5, 9), 5, 9);
    INDArray gradient = Nd4j.rand(DataType.FLOAT, 5, 9);
    flat.checkFinite(gradient);
    gradient.putScalar(3, 4, Float.NaN);
    assertThatThrownBy(() -> flat.checkFinite(gradient))
        .isInstanceOf(NonFiniteGradientException.class)
        .hasMessageStartingWith("The gradient of W of shape [5, 9] holds NaN or infinity after 0");
  }
}
