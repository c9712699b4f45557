package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

class HostAdamTest {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-6;
  private static final int NO_BIAS = 1_000_000_000;

  private static AdamMoments moments(char order, long... shape) {
    AdamMoments moments = AdamMoments.zeros(DataType.FLOAT, order, shape);
    moments.first().assign(Nd4j.randn(DataType.FLOAT, shape));
    moments.second().assign(Nd4j.rand(DataType.FLOAT, shape));
    return moments;
  }

  private static void step(INDArray gradient, AdamMoments moments, double rate) {
    new HostAdam(rate, BETA1, BETA2, EPSILON).step(gradient, moments);
  }

  /** Around the ends of a thread's chunks and spans. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 2047, 2048, 2049, 65_535, 65_536, 65_537, 200_001})
  void doesWhatTheNativeOperationDoes(int length) {
    AdamMoments actual = moments('c', length);
    AdamMoments expected = new AdamMoments(actual.first().dup(), actual.second().dup());
    INDArray update = Nd4j.randn(DataType.FLOAT, length);
    INDArray reference = update.dup();

    step(update, actual, 0.01);
    Nd4j.exec(
        new AdamUpdater(
            reference, expected.second(), expected.first(), 0.01, BETA1, BETA2, EPSILON, NO_BIAS));

    assertThat(update.equalsWithEps(reference, 1e-6)).isTrue();
    assertThat(actual.first().equalsWithEps(expected.first(), 1e-6)).isTrue();
    assertThat(actual.second().equalsWithEps(expected.second(), 1e-6)).isTrue();
  }

  @Property(tries = 30)
  void followsTheFormula(@ForAll @IntRange(min = 1, max = 50) int length) {
    AdamMoments moments = moments('c', length);
    INDArray gradient = Nd4j.randn(DataType.FLOAT, length);
    double[] m = moments.first().toDoubleVector();
    double[] v = moments.second().toDoubleVector();
    double[] g = gradient.toDoubleVector();

    step(gradient, moments, 0.5);

    for (int i = 0; i < length; i++) {
      double first = BETA1 * m[i] + (1 - BETA1) * g[i];
      double second = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
      double update = 0.5 * first / (Math.sqrt(second) + EPSILON);
      assertThat(gradient.getDouble(i)).isCloseTo(update, within(1e-5 * (1 + Math.abs(update))));
    }
  }

  @Test
  void aRateOfZeroChangesTheMomentsOnly() {
    AdamMoments moments = moments('c', 5);
    INDArray before = moments.first().dup();
    INDArray gradient = Nd4j.ones(DataType.FLOAT, 5);
    step(gradient, moments, 0);
    assertThat(gradient).isEqualTo(Nd4j.zeros(DataType.FLOAT, 5));
    assertThat(moments.first()).isNotEqualTo(before);
  }

  @Test
  void servesFloatsInOneOrderOnly() {
    INDArray gradient = Nd4j.randn(DataType.FLOAT, 4, 6);
    assertThat(HostAdam.serves(gradient, moments('c', 4, 6))).isTrue();
    assertThat(HostAdam.serves(gradient, moments('f', 4, 6))).isFalse();
    assertThat(HostAdam.serves(gradient.dup('f'), moments('f', 4, 6))).isTrue();
    assertThat(HostAdam.serves(gradient.transpose(), moments('c', 6, 4))).isFalse();
    assertThat(HostAdam.serves(gradient.castTo(DataType.DOUBLE), moments('c', 4, 6))).isFalse();
  }

  /** A view in the middle of another array: nothing outside it may change. */
  @Test
  void aViewIsUpdatedWhereItLies() {
    INDArray all = Nd4j.valueArrayOf(new long[] {3, 4}, 2f, DataType.FLOAT);
    INDArray row = all.getRow(1);
    AdamMoments moments = AdamMoments.zeros(DataType.FLOAT, 'c', 4);
    assertThat(HostAdam.serves(row, moments)).isTrue();
    step(row, moments, 1);
    for (int column = 0; column < 4; column++) {
      assertThat(all.getDouble(0, column)).isEqualTo(2);
      assertThat(all.getDouble(1, column)).isCloseTo(1, within(1e-4));
      assertThat(all.getDouble(2, column)).isEqualTo(2);
    }
  }
}
