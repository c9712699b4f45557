package org.owlore.galore;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.owlore.testing.RecordedOperations;

/**
 * On a backend that computes elsewhere than in host memory, a step is operations on arrays from end
 * to end. That nothing crosses the bus but the sum that the check for NaN reads cannot be seen
 * without a GPU; that nothing is computed outside operations can.
 */
class DeviceStepTest {
  private static final GaLoreUpdater CONFIG =
      GaLoreUpdater.builder().rank(2).refreshInterval(100).learningRate(0.1).build();
  private static final Set<String> READS_OF_SINGLE_NUMBERS =
      Set.of(
          "getDouble",
          "getFloat",
          "getInt",
          "getLong",
          "getNumber",
          "putScalar",
          "toFloatVector",
          "toDoubleVector",
          "toFloatMatrix",
          "toDoubleMatrix");
  private static final JavaClasses GALORE =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("org.owlore.galore");

  private static INDArray random(long... shape) {
    return Nd4j.randn(DataType.FLOAT, shape);
  }

  @ParameterizedTest
  @EnumSource(
      value = Projection.class,
      names = {"LEFT", "RIGHT"})
  void aProjectedStepIsAProductTheMomentsAndAProduct(Projection projection) {
    GaLoreGradientUpdater updater =
        CONFIG.toBuilder().projection(projection).build().forParameter(6, 4);
    INDArray weight = random(6, 4);
    updater.updateWeight(weight, random(6, 4), 0.1, 0, 0);
    INDArray gradient = random(6, 4);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
      updater.updateWeight(weight, gradient, 0.1, 1, 0);

      assertThat(operations.take()).containsExactly("matmul", "asum", "adam_updater", "matmul");
    }
  }

  @Test
  void projectingBothSidesTakesTwoProductsEachWay() {
    GaLoreGradientUpdater updater =
        CONFIG.toBuilder().projection(Projection.FULL).build().forParameter(6, 4);
    updater.applyUpdater(random(6, 4), 0, 0);
    INDArray gradient = random(6, 4);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
      updater.applyUpdater(gradient, 1, 0);

      assertThat(operations.take())
          .containsExactly("matmul", "matmul", "asum", "adam_updater", "matmul", "matmul");
    }
  }

  @Test
  void aPlainStepIsTheMomentsAndTheUpdate() {
    GaLoreGradientUpdater updater = CONFIG.forParameter(7);
    INDArray weight = random(7);
    updater.updateWeight(weight, random(7), 0.1, 0, 0);
    INDArray gradient = random(7);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
      updater.updateWeight(weight, gradient, 0.1, 1, 0);

      assertThat(operations.take())
          .containsExactly("asum", "adam_updater", "subtract", "mul_scalar");
    }
  }

  /** A network's state is one array: to read or write a single number of it moves all of it. */
  @Test
  void theCounterInANetworksStateIsReadAndWrittenByOperations() {
    INDArray state = Nd4j.zeros(DataType.FLOAT, FlatGaLore.numbers(CONFIG, 6, 4));
    FlatGaLore flat = new FlatGaLore(CONFIG, "W", state, 6, 4);
    flat.applyUpdater(random(6, 4), 0, 0);
    INDArray gradient = random(6, 4);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
      flat.applyUpdater(gradient, 1, 0);

      assertThat(operations.take())
          .containsExactly(
              "old_assign", "dot", "matmul", "asum", "adam_updater", "matmul", "set_scalar");
    }
    assertThat(state.get(NDArrayIndex.interval(0, 1)).toFloatVector()).containsExactly(2f);
  }

  @Test
  void theBackendDecidesWhetherMomentsAreComputedInHostMemory() {
    GaLoreGradientUpdater updater = CONFIG.forParameter(6, 4);
    updater.applyUpdater(random(6, 4), 0, 0);
    INDArray gradient = random(6, 4);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.NATIVE_CPU)) {
      updater.applyUpdater(gradient, 1, 0);

      assertThat(operations.take()).containsExactly("matmul", "asum", "matmul");
    }
  }

  @Property(tries = 60)
  void thereTheStepsAreThoseOfTheHost(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 9) int columns,
      @ForAll Projection projection,
      @ForAll MomentsAtRefresh moments) {
    GaLoreUpdater config =
        CONFIG.toBuilder()
            .projection(projection)
            .momentsAtRefresh(moments)
            .refreshInterval(2)
            .build();
    GaLoreGradientUpdater onHost = config.forParameter(rows, columns);
    GaLoreGradientUpdater onDevice = config.forParameter(rows, columns);
    INDArray hostWeight = random(rows, columns);
    INDArray deviceWeight = hostWeight.dup();
    for (int step = 0; step < 5; step++) {
      INDArray gradient = random(rows, columns);
      onHost.updateWeight(hostWeight, gradient.dup(), 0.01, step, 0);
      try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
        onDevice.updateWeight(deviceWeight, gradient.dup(), 0.01, step, 0);
        assertThat(operations.take()).contains("adam_updater");
      }
    }

    assertThat(deviceWeight.distance2(hostWeight))
        .isLessThanOrEqualTo(1e-6 * hostWeight.norm2Number().doubleValue());
  }

  /** Its geqrf takes work space by the default type, here FLOAT. */
  @Test
  void aRefreshThatWouldOverrunMemoryOnCudaIsRefused() {
    GaLoreGradientUpdater updater =
        CONFIG.toBuilder().projection(Projection.LEFT).build().forParameter(6, 4);
    INDArray gradient = Nd4j.randn(DataType.DOUBLE, 6, 4);

    try (RecordedOperations operations = RecordedOperations.on(ExecutionerType.CUDA)) {
      assertThatThrownBy(() -> updater.applyUpdater(gradient, 0, 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "On CUDA, ND4J 1.0.0-M2.1 decomposes DOUBLE matrices in memory for as many FLOAT numbers and writes beyond it: call Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE) at the start, or use narrower gradients.");
    }
    updater.applyUpdater(gradient, 0, 0);
  }

  @Test
  void onlyTheStepOfTheHostGoesToMemoryItself() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.HostAdam(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.bytedeco..", "java.nio..", "org.nd4j.linalg.api.buffer.util..")
        .orShould()
        .callMethod(INDArray.class, "data")
        .check(GALORE);
  }

  /** At a refresh, when a state is restored, and a copy of the counter: not a step's numbers. */
  @Test
  void singleNumbersAreReadWhereNoStepGoes() {
    List<String> allowed = List.of("align", "restore", "countedSteps");
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "reads or writes single numbers of an array",
                call ->
                    call.getTargetOwner().isAssignableTo(INDArray.class)
                        && READS_OF_SINGLE_NUMBERS.contains(call.getTarget().getName())
                        && !allowed.contains(call.getOrigin().getName())))
        .check(GALORE);
  }
}
