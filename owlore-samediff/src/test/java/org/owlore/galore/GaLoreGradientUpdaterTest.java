package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The life of one parameter's state. */
class GaLoreGradientUpdaterTest {
  private static final long[] SHAPE = {12, 30};

  @Test
  void eachParameterCountsItsOwnSteps() {
    GaLoreGradientUpdater often = config().forParameter(SHAPE);
    GaLoreGradientUpdater seldom = config().forParameter(SHAPE);
    for (int t = 0; t < 5; t++) {
      often.applyUpdater(gradient(t), t, 0);
    }
    seldom.applyUpdater(gradient(0), 4, 0);
    assertThat(often.step()).isEqualTo(5);
    assertThat(seldom.step()).isEqualTo(1);
  }

  @Test
  void aFrozenParameterGoesOnWhereItStopped() {
    GaLoreGradientUpdater steady = config().forParameter(SHAPE);
    GaLoreGradientUpdater paused = config().forParameter(SHAPE);
    for (int t = 0; t < 6; t++) {
      INDArray wanted = gradient(t);
      INDArray actual = gradient(t);
      steady.applyUpdater(wanted, t, 0);
      paused.applyUpdater(actual, 100 * t, t);
      assertThat(actual).isEqualTo(wanted);
    }
  }

  @Test
  void stateIsAllocatedAtTheFirstStepOnly() {
    GaLoreGradientUpdater updater = config().forParameter(SHAPE);
    assertThat(updater.isProjected()).isTrue();
    assertThat(updater.stateBytes()).isZero();
    updater.applyUpdater(gradient(0), 0, 0);
    assertThat(updater.stateBytes()).isEqualTo(4 * config().stateNumbers(SHAPE));
  }

  @Test
  void droppedStateFreesItsMemoryAndStartsAgain() {
    GaLoreGradientUpdater updater = config().forParameter(SHAPE);
    INDArray first = gradient(0);
    updater.applyUpdater(first, 0, 0);
    Map<String, INDArray> arrays = updater.getState();

    updater.dropState();

    assertThat(updater.stateBytes()).isZero();
    assertThat(updater.step()).isZero();
    assertThat(arrays.get("firstMoment").wasClosed()).isTrue();
    INDArray again = gradient(0);
    updater.applyUpdater(again, 1, 0);
    assertThat(again).isEqualTo(first);
  }

  @Test
  void aParameterCanBeExemptedFromProjection() {
    GaLoreGradientUpdater exempt = config().forParameter(SHAPE).doNotProject();
    GaLoreGradientUpdater plain = config().toBuilder().rank(12).build().forParameter(SHAPE);
    INDArray actual = gradient(0);
    INDArray wanted = gradient(0);
    exempt.applyUpdater(actual, 0, 0);
    plain.applyUpdater(wanted, 0, 0);
    assertThat(exempt.isProjected()).isFalse();
    assertThat(exempt.stateBytes()).isEqualTo(4 * 2 * 12 * 30);
    assertThat(actual).isEqualTo(wanted);
  }

  @Test
  void theExemptionOutlivesTheState() {
    GaLoreGradientUpdater updater = config().forParameter(SHAPE).doNotProject();
    updater.applyUpdater(gradient(0), 0, 0);
    updater.dropState();
    assertThat(updater.isProjected()).isFalse();
  }

  @Test
  void aProjectedParameterCannotBeExemptedAnyMore() {
    GaLoreGradientUpdater updater = config().forParameter(SHAPE);
    updater.applyUpdater(gradient(0), 0, 0);
    assertThatThrownBy(updater::doNotProject)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[12, 30]")
        .hasMessageContaining("1 projected steps")
        .hasMessageContaining("dropState()");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aGradientThatIsNotFiniteIsRefusedAndChangesNothing(double bad) {
    for (boolean project : new boolean[] {true, false}) {
      for (int steps : new int[] {0, 1, 3}) {
        GaLoreGradientUpdater updater = config().forParameter(SHAPE);
        GaLoreGradientUpdater spared = config().forParameter(SHAPE);
        for (GaLoreGradientUpdater each : new GaLoreGradientUpdater[] {updater, spared}) {
          if (!project) {
            each.doNotProject();
          }
          for (int t = 0; t < steps; t++) {
            each.applyUpdater(gradient(t), t, 0);
          }
        }
        INDArray poisoned = gradient(9).putScalar(3, 4, bad);
        assertThatThrownBy(() -> updater.applyUpdater(poisoned, 0, 0))
            .isInstanceOf(NonFiniteGradientException.class)
            .hasMessageContaining("[12, 30]")
            .hasMessageContaining("after " + steps + " good steps");

        INDArray actual = gradient(steps);
        INDArray wanted = gradient(steps);
        updater.applyUpdater(actual, 0, 0);
        spared.applyUpdater(wanted, 0, 0);
        assertThat(actual).isEqualTo(wanted);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aGradientOfZerosGivesAnUpdateOfZeros(Projection projection) {
    GaLoreGradientUpdater updater =
        config().toBuilder().projection(projection).build().forParameter(SHAPE);
    for (int t = 0; t < 4; t++) {
      INDArray gradient = Nd4j.zeros(DataType.FLOAT, SHAPE);
      updater.applyUpdater(gradient, t, 0);
      assertThat(gradient.norm2Number().doubleValue()).isZero();
    }
  }

  @Test
  void aGradientOfAnotherShapeIsRefused() {
    GaLoreGradientUpdater updater = config().forParameter(30, 12);
    assertThatThrownBy(() -> updater.applyUpdater(gradient(0), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The gradient has shape [12, 30] but its parameter has shape [30, 12].");
  }

  @Test
  void withoutAShapeItDoesNotKnowWhetherItProjects() {
    GaLoreGradientUpdater updater = config().instantiate((INDArray) null, true);
    assertThatThrownBy(updater::isProjected)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shape");
    updater.applyUpdater(gradient(0), 0, 0);
    assertThat(updater.isProjected()).isTrue();
  }

  @Test
  void aRowOfUnknownShapeIsRefused() {
    GaLoreGradientUpdater updater = config().instantiate((INDArray) null, true);
    assertThatThrownBy(() -> updater.applyUpdater(Nd4j.zeros(7), 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("A gradient of 7 numbers in one row was given to a GaLore updater");
  }

  @Test
  void theTrainingLoopTellsTheShape() {
    GaLoreGradientUpdater updater = config().instantiate((INDArray) null, false);
    updater.setStateViewArray(null, SHAPE, 'c', true);
    assertThat(updater.isProjected()).isTrue();
    assertThatThrownBy(() -> updater.setStateViewArray(Nd4j.zeros(1, 5), SHAPE, 'c', true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("view of 5 numbers");
  }

  @ParameterizedTest
  @EnumSource
  void aStateMovedToAnotherUpdaterGoesOnBitForBit(Projection projection) {
    GaLoreUpdater config = config().toBuilder().projection(projection).build();
    for (int pause = 0; pause < 5; pause++) {
      GaLoreGradientUpdater steady = config.forParameter(SHAPE);
      GaLoreGradientUpdater moved = config.forParameter(SHAPE);
      for (int t = 0; t < 7; t++) {
        if (t == pause) {
          Map<String, INDArray> copy = new HashMap<>();
          moved.getState().forEach((name, array) -> copy.put(name, array.dup()));
          moved.dropState();
          moved = config.forParameter(SHAPE);
          moved.setState(copy, false);
        }
        INDArray actual = gradient(t);
        INDArray wanted = gradient(t);
        moved.applyUpdater(actual, t, 0);
        steady.applyUpdater(wanted, t, 0);
        assertThat(actual.distance2(wanted)).isZero();
      }
    }
  }

  @Test
  void aStateOfAnotherUpdaterIsRefused() {
    Map<String, INDArray> adam = Map.of("M", Nd4j.zeros(3), "V", Nd4j.zeros(3));
    assertThatThrownBy(() -> config().instantiate(adam, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("saved by another updater");
  }

  @Test
  void aStateOfAnotherRankOrSideIsRefused() {
    GaLoreGradientUpdater saved = config().forParameter(SHAPE);
    saved.applyUpdater(gradient(0), 0, 0);
    Map<String, INDArray> state = saved.getState();
    GaLoreUpdater otherRank = config().toBuilder().rank(5).build();
    GaLoreUpdater otherSide = config().toBuilder().projection(Projection.RIGHT).build();
    GaLoreUpdater tooLarge = config().toBuilder().rank(100).build();
    assertThatThrownBy(() -> otherRank.instantiate(state, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("projected to rank 4 on side LEFT")
        .hasMessageContaining("projected to rank 5 on side LEFT");
    assertThatThrownBy(() -> otherSide.instantiate(state, false))
        .hasMessageContaining("projected to rank 4 on side RIGHT");
    assertThatThrownBy(() -> tooLarge.instantiate(state, false))
        .hasMessageContaining("plain AdamW");
  }

  private static INDArray gradient(int step) {
    return Gradients.array(DataType.FLOAT, Gradients.drifting(12, 30, 6, step + 1, 5)[step]);
  }

  private static GaLoreUpdater config() {
    return GaLoreUpdater.builder().learningRate(0.01).rank(4).refreshInterval(3).build();
  }
}
