package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Every update equals what the formulas give when they are written down in plain loops. */
class GaLoreArithmeticTest {
  private static final int STEPS = 9;

  static Stream<Arguments> shapesAndProjections() {
    int[][] shapes = {
      {12, 30}, {30, 12}, {16, 16}, {5, 5}, {4, 20}, {20, 3}, {1, 9}, {9, 1}, {1, 1}
    };
    return Stream.of(shapes)
        .flatMap(s -> Stream.of(Projection.values()).map(p -> Arguments.of(s[0], s[1], p)));
  }

  @ParameterizedTest
  @MethodSource("shapesAndProjections")
  void updatesFollowTheFormulasForEveryShape(int rows, int columns, Projection projection) {
    GaLoreUpdater config = builder().projection(projection).build();
    assertFollowsFormulas(config, DataType.DOUBLE, rows, columns, 1e-9);
  }

  @ParameterizedTest
  @EnumSource(names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void updatesFollowTheFormulasInSinglePrecision(Projection projection) {
    GaLoreUpdater config = builder().projection(projection).build();
    assertFollowsFormulas(config, DataType.FLOAT, 24, 40, 1e-4);
  }

  @ParameterizedTest
  @EnumSource
  void momentsFollowTheirRuleAtARefreshOnOneSide(MomentsAtRefresh rule) {
    GaLoreUpdater config = builder().momentsAtRefresh(rule).build();
    assertFollowsFormulas(config, DataType.DOUBLE, 12, 30, 1e-9);
    assertFollowsFormulas(config, DataType.DOUBLE, 30, 12, 1e-9);
  }

  @ParameterizedTest
  @EnumSource
  void momentsFollowTheirRuleAtARefreshOnBothSides(MomentsAtRefresh rule) {
    GaLoreUpdater config = builder().momentsAtRefresh(rule).projection(Projection.FULL).build();
    assertFollowsFormulas(config, DataType.DOUBLE, 12, 30, 1e-9);
  }

  @Test
  void sixteenBitGradientsAreUpdatedInSinglePrecision() {
    GaLoreGradientUpdater half = builder().build().forParameter(12, 30);
    GaLoreGradientUpdater single = builder().build().forParameter(12, 30);
    INDArray gradient = gradient(DataType.BFLOAT16, 12, 30);
    INDArray wanted = gradient.castTo(DataType.FLOAT);

    half.applyUpdater(gradient, 0, 0);
    single.applyUpdater(wanted, 0, 0);

    assertThat(gradient.dataType()).isEqualTo(DataType.BFLOAT16);
    assertThat(gradient).isEqualTo(wanted.castTo(DataType.BFLOAT16));
  }

  @ParameterizedTest
  @EnumSource
  void theLayoutOfAGradientDoesNotMatter(Projection projection) {
    GaLoreUpdater config = builder().projection(projection).build();
    for (boolean project : new boolean[] {true, false}) {
      INDArray wanted = updated(config, project, gradient(DataType.DOUBLE, 12, 30));
      INDArray columnMajor = gradient(DataType.DOUBLE, 12, 30).dup('f');
      INDArray transposed = gradient(DataType.DOUBLE, 12, 30).transpose().dup('c').transpose();
      INDArray slice =
          Nd4j.create(DataType.DOUBLE, 15, 40)
              .get(NDArrayIndex.interval(2, 14), NDArrayIndex.interval(7, 37));
      slice.assign(gradient(DataType.DOUBLE, 12, 30));
      INDArray strided =
          Nd4j.create(DataType.DOUBLE, 24, 60)
              .get(NDArrayIndex.interval(0, 2, 24), NDArrayIndex.interval(0, 2, 60));
      strided.assign(gradient(DataType.DOUBLE, 12, 30));

      for (INDArray gradient : new INDArray[] {columnMajor, transposed, slice, strided}) {
        assertThat(updated(config, project, gradient).distance2(wanted)).isLessThan(1e-9);
      }
    }
  }

  @Test
  void theNeighboursOfAGradientThatIsAViewStayAsTheyAre() {
    INDArray arena = Nd4j.ones(DataType.FLOAT, 1000);
    INDArray view = arena.get(NDArrayIndex.interval(100, 460)).reshape('c', 12, 30);
    view.assign(gradient(DataType.FLOAT, 12, 30));

    builder().build().forParameter(12, 30).applyUpdater(view, 0, 0);

    assertThat(arena.get(NDArrayIndex.interval(0, 100)).sumNumber().intValue()).isEqualTo(100);
    assertThat(arena.get(NDArrayIndex.interval(460, 1000)).sumNumber().intValue()).isEqualTo(540);
  }

  @Test
  void vectorsAndTensorsTakePlainAdamW() {
    for (long[] shape : new long[][] {{30}, {3, 4, 5}, {}}) {
      INDArray gradient = Nd4j.create(DataType.DOUBLE, shape).addi(2);
      builder().build().forParameter(shape).applyUpdater(gradient, 0, 0);
      double direction = 0.1 * 2 / (Math.sqrt(0.001) * 2 + 1e-6);
      double wanted = 0.01 * Math.sqrt(0.001) / 0.1 * direction;
      assertThat(gradient.meanNumber().doubleValue()).isCloseTo(wanted, within(1e-12));
    }
  }

  @Test
  void theScheduleSetsTheLearningRateByTheLoopsIterationAndEpoch() {
    ISchedule byIteration = new PolySchedule(ScheduleType.ITERATION, 0.01, 2, 100);
    ISchedule byEpoch =
        new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0.01).add(3, 0.002).build();
    for (ISchedule schedule : new ISchedule[] {byIteration, byEpoch}) {
      GaLoreUpdater config = builder().learningRateSchedule(schedule).build();
      INDArray scheduled = gradient(DataType.DOUBLE, 12, 30);
      INDArray wanted = gradient(DataType.DOUBLE, 12, 30);

      config.forParameter(12, 30).applyUpdater(scheduled, 40, 3);
      builder()
          .learningRate(schedule.valueAt(40, 3))
          .build()
          .forParameter(12, 30)
          .applyUpdater(wanted, 0, 0);

      assertThat(scheduled.distance2(wanted)).isLessThan(1e-12);
    }
  }

  @Test
  void aLearningRateOfZeroMovesNothingButTheMomentsGoOn() {
    for (boolean project : new boolean[] {true, false}) {
      ISchedule warmUp =
          new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 0).add(1, 0.01).build();
      GaLoreGradientUpdater warming =
          updater(builder().learningRateSchedule(warmUp).build(), project);
      GaLoreGradientUpdater steady = updater(builder().build(), project);
      for (int t = 0; t < 3; t++) {
        INDArray gradient = gradient(DataType.DOUBLE, 12, 30);
        INDArray wanted = gradient(DataType.DOUBLE, 12, 30);
        warming.applyUpdater(gradient, t, 0);
        steady.applyUpdater(wanted, t, 0);
        assertThat(gradient.distance2(wanted.muli(t == 0 ? 0 : 1))).isLessThan(1e-12);
      }
    }
  }

  private static void assertFollowsFormulas(
      GaLoreUpdater config, DataType type, int rows, int columns, double tolerance) {
    GaLoreGradientUpdater updater = config.forParameter(rows, columns);
    NaiveGaLore naive = new NaiveGaLore(config);
    double[][][] gradients = Gradients.drifting(rows, columns, 6, STEPS, rows * 31L + columns);
    for (int t = 0; t < STEPS; t++) {
      INDArray gradient = Gradients.array(type, gradients[t]);
      updater.applyUpdater(gradient, 1000, 5);
      INDArray wanted =
          Gradients.array(DataType.DOUBLE, naive.update(gradients[t], config.getLearningRate()));
      double error = gradient.castTo(DataType.DOUBLE).distance2(wanted);
      assertThat(error / wanted.norm2Number().doubleValue()).as("step %d", t).isLessThan(tolerance);
    }
  }

  private static INDArray updated(GaLoreUpdater config, boolean project, INDArray gradient) {
    updater(config, project).applyUpdater(gradient, 0, 0);
    return gradient;
  }

  private static GaLoreGradientUpdater updater(GaLoreUpdater config, boolean project) {
    GaLoreGradientUpdater updater = config.forParameter(12, 30);
    return project ? updater : updater.doNotProject();
  }

  private static INDArray gradient(DataType type, int rows, int columns) {
    return Gradients.array(type, Gradients.drifting(rows, columns, 6, 1, 7)[0]);
  }

  private static GaLoreUpdater.GaLoreUpdaterBuilder builder() {
    return GaLoreUpdater.builder().learningRate(0.01).rank(4).refreshInterval(3).scale(0.5);
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
