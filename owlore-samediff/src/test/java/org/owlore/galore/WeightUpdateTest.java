package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A step on a weight against the same update, decay and subtraction one after the other. */
class WeightUpdateTest {
  private static final double RATE = 0.02;

  private static GaLoreUpdater updater(Projection projection) {
    return GaLoreUpdater.builder()
        .learningRate(RATE)
        .rank(3)
        .refreshInterval(2)
        .projection(projection)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "STD, 8, 12, c, FLOAT, 0",
    "STD, 12, 8, c, FLOAT, 0.1",
    "REVERSE_STD, 8, 12, c, FLOAT, 0.1",
    "FULL, 8, 12, c, FLOAT, 0.1",
    "STD, 2, 9, c, FLOAT, 0.1",
    "STD, 2, 9, f, FLOAT, 0.1",
    "STD, 8, 12, f, FLOAT, 0.1",
    "STD, 8, 12, c, DOUBLE, 0.1",
    "STD, 2, 9, c, DOUBLE, 0.1"
  })
  void isTheUpdateDecayAndSubtractionInOne(
      Projection projection, int rows, int columns, char order, DataType type, double decay) {
    GaLoreGradientUpdater whole = updater(projection).forParameter(new long[] {rows, columns});
    GaLoreGradientUpdater apart = updater(projection).forParameter(new long[] {rows, columns});
    INDArray actual = Nd4j.randn(type, rows, columns).dup(order);
    INDArray expected = actual.dup();
    for (int step = 0; step < 5; step++) {
      INDArray gradient = Nd4j.randn(type, rows, columns);
      INDArray update = gradient.dup();
      whole.updateWeight(actual, gradient, decay, step, 0);

      apart.applyUpdater(update, step, 0);
      new DecoupledWeightDecay(decay).apply(expected, update, RATE, step, 0);
      expected.subi(update);

      assertThat(actual.equalsWithEps(expected, 1e-5)).as("step %d", step).isTrue();
    }
    assertThat(whole.step()).isEqualTo(5);
    assertThat(whole.stateBytes()).isEqualTo(apart.stateBytes());
  }

  @Test
  void aGradientThatIsNotFiniteChangesNothing() {
    GaLoreGradientUpdater updater = updater(Projection.STD).forParameter(new long[] {2, 3});
    INDArray weight = Nd4j.ones(DataType.FLOAT, 2, 3);
    INDArray gradient = Nd4j.ones(DataType.FLOAT, 2, 3).putScalar(1, 2, Double.NaN);
    assertThatThrownBy(() -> updater.updateWeight(weight, gradient, 0.1, 0, 0))
        .isInstanceOf(NonFiniteGradientException.class);
    assertThat(weight).isEqualTo(Nd4j.ones(DataType.FLOAT, 2, 3));
    assertThat(updater.step()).isZero();
  }

  @Test
  void weightAndGradientMustBeAlike() {
    GaLoreGradientUpdater updater = updater(Projection.STD).forParameter(new long[] {2, 3});
    INDArray weight = Nd4j.ones(DataType.BFLOAT16, 2, 3);
    assertThatThrownBy(() -> updater.updateWeight(weight, Nd4j.ones(DataType.FLOAT, 2, 3), 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A BFLOAT16 weight of shape [2, 3] cannot take a FLOAT gradient of shape [2, 3]: both must be FLOAT or DOUBLE and alike.");
  }
}
