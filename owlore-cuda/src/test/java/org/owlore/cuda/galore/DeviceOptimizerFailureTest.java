package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.NonFiniteGradientException;
import org.owlore.galore.Side;
import org.owlore.galore.Subspace;
import org.owlore.galore.SubspaceFinder;

/** What goes wrong changes nothing, and is told. */
class DeviceOptimizerFailureTest {
  private static final GaLoreUpdater SETTINGS =
      GaLoreUpdater.builder()
          .rank(4)
          .refreshInterval(2)
          .subspaceFinder(SubspaceFinder.exact())
          .build();

  private static Twins twoVariables() {
    return new Twins(SETTINGS, 0.1, "matrix")
        .with("matrix", true, DataType.FLOAT, 12, 8)
        .with("vector", true, DataType.FLOAT, 7);
  }

  private static void spoilAndGoOn(Twins twins, String bad, float value) {
    for (int i = 0; i < 2; i++) {
      twins.begin(List.of("matrix", "vector"));
      for (String name : List.of("matrix", "vector")) {
        INDArray gradient = twins.gradient(twins.reference(name).shape());
        if (name.equals(bad) && i == 0) {
          gradient.putScalar(3, value);
        }
        twins.updateOnDevice(name, gradient);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, NaN", "1, NaN", "2, NaN", "0, Infinity", "1, -Infinity"})
  void aBadGradientOfAMatrixLeavesAllAsItWasAndIsTold(int goodSteps, float value) {
    Twins twins = twoVariables();
    for (int i = 0; i < goodSteps; i++) {
      twins.step("matrix", "vector");
    }
    spoilAndGoOn(twins, "matrix", value);

    assertThatThrownBy(twins.optimizer::requireFinite)
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            ("Training stopped at step %d in \"matrix\": The gradient of a parameter of shape [12, 8] holds NaN or infinity"
                    + " after %d good steps: lower the learning rate, or look for bad values in the batch.")
                .formatted(goodSteps, goodSteps))
        .hasCauseInstanceOf(NonFiniteGradientException.class);
    assertThat(twins.weight("matrix")).isEqualTo(wanted(goodSteps).weight("matrix"));
    assertThat(twins.weight("vector")).isEqualTo(wanted(goodSteps).weight("vector"));
  }

  private static Twins wanted(int goodSteps) {
    Twins twins = twoVariables();
    for (int i = 0; i < goodSteps; i++) {
      twins.step("matrix", "vector");
    }
    return twins;
  }

  @Test
  void aBadGradientOfAVectorIsToldAndWhatCameBeforeItHasChanged() {
    Twins twins = twoVariables();
    INDArray matrix = twins.weight("matrix");
    INDArray vector = twins.weight("vector");
    spoilAndGoOn(twins, "vector", Float.NaN);
    assertThatThrownBy(twins.optimizer::requireFinite)
        .hasMessageStartingWith("Training stopped at step 0 in \"vector\"");
    assertThat(twins.weight("vector")).isEqualTo(vector);
    assertThat(twins.weight("matrix")).isNotEqualTo(matrix);
  }

  @Test
  void aBadLossLeavesAllAsItWasEvenIfTheNextOneIsGood() {
    Twins twins = twoVariables();
    INDArray matrix = twins.weight("matrix");
    twins.begin(List.of("matrix"));
    twins.device.clear(twins.optimizer.guard(), 4);
    twins.updateOnDevice("matrix", twins.gradient(12, 8));
    try (var one = twins.device.floats(Float.intBitsToFloat(1))) {
      twins.device.copy(one.start(), twins.optimizer.guard(), 4);
    }
    twins.begin(List.of("matrix"));
    twins.updateOnDevice("matrix", twins.gradient(12, 8));
    assertThat(twins.weight("matrix")).isEqualTo(matrix);
    assertThatThrownBy(twins.optimizer::requireFinite)
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("The loss is not finite at step 0: try a smaller learning rate");
  }

  @Test
  void allIsWellWithoutAnyStep() {
    assertThatCode(twoVariables().optimizer::requireFinite).doesNotThrowAnyException();
  }

  @Test
  void runningOutOfMemoryLeavesTheOptimizerUsable() {
    Twins twins = twoVariables();
    twins.step("vector");
    twins.device.setLimit(twins.device.getLiveBytes() + 100);
    assertThatThrownBy(() -> twins.step("vector", "matrix"))
        .isInstanceOf(OutOfDeviceMemoryException.class);
    twins.device.setLimit(1 << 20);
    twins.step("vector", "matrix");
    twins.optimizer.requireFinite();
    assertThat(twins.distance("vector")).isLessThan(1e-3);
    assertThat(twins.distance("matrix")).isLessThan(1e-3);
  }

  @Test
  void aVariableMustBeNamedAtTheBeginningOfTheStep() {
    Twins twins = twoVariables();
    twins.begin(List.of("matrix"));
    assertThatThrownBy(() -> twins.updateOnDevice("vector", twins.gaussian(7)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "\"vector\" is not among the 1 variables of this step: name it in beginStep(..).");
  }

  @Test
  void aVariableKeepsItsShape() {
    Twins twins = twoVariables();
    twins.step("matrix");
    assertThatThrownBy(() -> twins.optimizer.beginStep(Map.of("matrix", new long[] {8, 12}), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The variable \"matrix\" had shape [12, 8], but now has shape [8, 12]: drop its state first.");
  }

  @Test
  void aWeightIsOfRealNumbers() {
    Twins twins = twoVariables();
    twins.begin(List.of("vector"));
    try (var memory = twins.device.allocate(28)) {
      assertThatThrownBy(
              () ->
                  twins.optimizer.update(
                      "vector", memory.start(), NumberType.INT32, memory.start()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The weight \"vector\" must be of real numbers, but is INT32.");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void theWeightDecayIsANumberOfAtLeastZero(double decay) {
    assertThatThrownBy(
            () -> new DeviceOptimizer(new InterpretedDevice(), SETTINGS, decay, Set.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The weight decay must be a number of at least 0, but is " + decay);
  }

  @Test
  void aFinderOfOnesOwnIsRefused() {
    GaLoreUpdater own = SETTINGS.toBuilder().subspaceFinder(new OwnFinder()).build();
    assertThatThrownBy(() -> new DeviceOptimizer(new InterpretedDevice(), own, 0, Set.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A device finds subspaces exactly, randomized or automatically, but the updater asks for OwnFinder: choose one of SubspaceFinder's.");
  }

  /** Finds nothing. */
  private static final class OwnFinder implements SubspaceFinder {
    @Override
    public Subspace find(INDArray matrix, Side side, int rank, Subspace previous) {
      throw new AssertionError("A finder that is refused is not asked.");
    }
  }
}
