package org.owlore.dl4j.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;
import org.owlore.galore.FlatGaLore;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;

class LayerGaLoreTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder().rank(3).learningRate(0.1).build();

  private static final LayerGaLore DENSE = of(matrix("W", 6, 8), matrix("b", 1, 8));

  private static LayerGaLore of(MatrixLayout... parameters) {
    return new LayerGaLore("dense", List.of(parameters), SETTINGS);
  }

  private static MatrixLayout matrix(String key, long rows, long columns) {
    return new MatrixLayout(key, rows, columns, 'f');
  }

  private static long sum(LayerGaLore layer) {
    return layer.getParameters().stream().mapToLong(p -> layer.stateSize(p.length())).sum();
  }

  @Test
  void theSumOverALayerIsItsState() {
    assertThat(sum(DENSE))
        .isEqualTo(DENSE.stateSize(6 * 8 + 8))
        .isEqualTo(3 * (6 + 2 * 8) + 1 + 2 * 8 + 1);
  }

  @Test
  void theSumIsRightForParametersOfOneLengthAndUnlikeStates() {
    LayerGaLore layer = of(matrix("a", 6, 8), matrix("b", 4, 12), matrix("c", 1, 48));
    long exact =
        FlatGaLore.numbers(SETTINGS, 6, 8) + FlatGaLore.numbers(SETTINGS, 4, 12) + 2 * 48 + 1;
    assertThat(sum(layer)).isBetween(exact, exact + 2).isEqualTo(layer.stateSize(3 * 48));
  }

  @Property(tries = 100)
  void theSumIsTheStateButForLessThanANumberAParameter(
      @ForAll @Size(min = 1, max = 5)
          List<@Size(2) List<@IntRange(min = 1, max = 8) Integer>> sides,
      @ForAll long seed) {
    MatrixLayout[] parameters = new MatrixLayout[sides.size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = matrix("W" + i, sides.get(i).get(0), sides.get(i).get(1));
    }
    LayerGaLore layer = of(parameters);
    long exact =
        layer.getParameters().stream()
            .mapToLong(p -> FlatGaLore.numbers(SETTINGS, p.getRows(), p.getColumns()))
            .sum();
    assertThat(sum(layer)).isBetween(exact, exact + parameters.length - 1);

    LayerGradientUpdater updater = layer.instantiate(Nd4j.ones(sum(layer)), true);
    Nd4j.getRandom().setSeed(seed);
    INDArray gradient = Nd4j.randn(DataType.FLOAT, layer.parameterNumbers());
    updater.applyUpdater(gradient, 0, 0);
    assertThat(gradient.amaxNumber().doubleValue()).isBetween(0.0, 1.0);
    assertThat(updater.step()).isEqualTo(1);
  }

  @Test
  void aLengthThatIsNoneOfItsOwnIsAnsweredAsForPlainAdam() {
    assertThat(DENSE.stateSize(100)).isEqualTo(201);
  }

  @Test
  void layersWithEqualParametersAreUnequal() {
    LayerGaLore other = new LayerGaLore("next", DENSE.getParameters(), SETTINGS);
    assertThat(other).isNotEqualTo(DENSE);
    assertThat(DENSE.clone()).isEqualTo(DENSE).isNotSameAs(DENSE);
  }

  @Test
  void theLearningRateCanBeSet() {
    LayerGaLore layer = DENSE.clone();
    layer.setLrAndSchedule(0.5, null);
    assertThat(layer.getLearningRate(0, 0)).isEqualTo(0.5);
    layer.setLrAndSchedule(Double.NaN, new StepSchedule(ScheduleType.ITERATION, 1, 0.5, 2));
    assertThat(layer.getLearningRate(2, 0)).isEqualTo(0.5);
    layer.setLrAndSchedule(0.25, null);
    assertThat(layer.getLearningRate(2, 0)).isEqualTo(0.25);
    assertThat(layer.hasLearningRate()).isTrue();
  }

  @Test
  void aStateOfAnotherLengthIsAnotherNetworks() {
    assertThatThrownBy(() -> DENSE.instantiate(Nd4j.zeros(12), true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Layer \"dense\" has changed since GaLore was bound to it as [W [6, 8], b [1, 8]] (12 numbers of state instead of 84): call GaLore.bind(network, settings) again.");
    assertThatThrownBy(() -> DENSE.instantiate((INDArray) null, true))
        .hasMessageContaining("0 numbers of state instead of 84");
  }

  @Test
  void aGradientOfAnotherLengthIsAnotherNetworks() {
    LayerGradientUpdater updater = DENSE.instantiate(Nd4j.zeros(84), true);
    assertThatThrownBy(() -> updater.applyUpdater(Nd4j.zeros(55), 0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("55 numbers of gradient instead of 56");
  }

  @Test
  void aNewStateIsZero() {
    INDArray state = Nd4j.ones(84);
    DENSE.instantiate(state, true);
    assertThat(state.sumNumber().doubleValue()).isZero();
    DENSE.instantiate(state.assign(1), false);
    assertThat(state.sumNumber().doubleValue()).isEqualTo(84);
  }

  @Test
  void eachParameterCountsTheSteps() {
    INDArray state = Nd4j.zeros(84);
    LayerGradientUpdater updater = DENSE.instantiate(state, true);
    updater.applyUpdater(Nd4j.rand(DataType.FLOAT, 56), 0, 0);
    updater.applyUpdater(Nd4j.rand(DataType.FLOAT, 56), 7, 0);
    assertThat(updater.step()).isEqualTo(2);
    assertThat(state.getDouble(0)).isEqualTo(2);
    assertThat(state.getDouble(67)).isEqualTo(2);
  }

  @Test
  void aBadGradientChangesNothingInTheLayer() {
    INDArray state = Nd4j.zeros(84);
    LayerGradientUpdater updater = DENSE.instantiate(state, true);
    updater.applyUpdater(Nd4j.rand(DataType.FLOAT, 56), 0, 0);
    INDArray before = state.dup();
    INDArray gradient = Nd4j.rand(DataType.FLOAT, 56);
    gradient.putScalar(50, Float.POSITIVE_INFINITY);
    INDArray given = gradient.dup();
    assertThatThrownBy(() -> updater.applyUpdater(gradient, 1, 0))
        .isInstanceOf(NonFiniteGradientException.class)
        .hasMessageStartingWith("The gradient of layer \"dense\", parameter b of shape [1, 8]");
    assertThat(state).isEqualTo(before);
    assertThat(gradient.data().asFloat()).isEqualTo(given.data().asFloat());
  }

  @Test
  void aDamagedStateIsToldWithWhatToDo() {
    INDArray state = Nd4j.zeros(84);
    LayerGradientUpdater updater = DENSE.instantiate(state, true);
    updater.applyUpdater(Nd4j.rand(DataType.FLOAT, 56), 0, 0);
    state.get(NDArrayIndex.interval(49, 67)).muli(0.9);
    assertThatThrownBy(() -> updater.applyUpdater(Nd4j.rand(DataType.FLOAT, 56), 1, 0))
        .hasMessageStartingWith(
            "The GaLore state of layer \"dense\", parameter W holds no orthonormal basis")
        .hasMessageEndingWith(
            "with ParallelWrapper use averageUpdaters(false) or TrainingMode.SHARED_GRADIENTS, else start afresh with GaLore.bind(network, settings).");
  }

  @Test
  void namedStatesAreNotSupported() {
    LayerGradientUpdater updater = DENSE.instantiate(Nd4j.zeros(84), true);
    for (Runnable call :
        List.<Runnable>of(
            () -> DENSE.instantiate(Map.of(), true),
            updater::getState,
            () -> updater.setState(Map.of(), true),
            () -> updater.setStateViewArray(Nd4j.zeros(84), new long[] {56}, 'c', true))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "The state of a layer's GaLore lies in the updater state of its network and has no named arrays: for a SameDiff graph use GaLoreUpdater itself.");
    }
  }
}
