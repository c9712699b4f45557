package org.owlore.galore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.TestMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The updater inside the stock training loop, and its state through SameDiff.save and load. */
class GaLoreSaveTest {
  private static final double DECAY = 0.1;
  private static final int STEPS = 9;
  private static final List<String> WEIGHTS = List.of("wide", "tall", "bias", "late");

  @TempDir private Path folder;

  @Test
  void stockTrainingFollowsTheFormulas() {
    GaLoreUpdater config = config().build();
    SameDiff graph = SameDiff.create();
    SDVariable weight = graph.var("weight", Nd4j.zeros(DataType.DOUBLE, 10, 14));
    SDVariable target = graph.placeHolder("x", DataType.DOUBLE, 10, 14);
    SDVariable error = weight.sub(target);
    error.mul(error).mul(0.5).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(training(config).markLabelsUnused().build());
    double[][][] targets = Gradients.drifting(10, 14, 6, STEPS, 3);

    graph.fit(
        new TestMultiDataSetIterator(
            1,
            Stream.of(targets)
                .map(values -> new MultiDataSet(Gradients.array(DataType.DOUBLE, values), null))
                .toArray(MultiDataSet[]::new)),
        1);

    NaiveGaLore naive = new NaiveGaLore(config);
    INDArray wanted = Nd4j.zeros(DataType.DOUBLE, 10, 14);
    for (int t = 0; t < STEPS; t++) {
      double rate = config.getLearningRate(t, 0);
      INDArray gradient = wanted.sub(Gradients.array(DataType.DOUBLE, targets[t]));
      wanted.subi(Gradients.array(DataType.DOUBLE, naive.update(gradient.toDoubleMatrix(), rate)));
      wanted.muli(1 - rate * DECAY);
    }
    assertThat(weight.getArr().distance2(wanted)).isLessThan(1e-9);
  }

  static Stream<GaLoreUpdater> configurations() {
    return Stream.of(
        config().build(),
        config().projection(Projection.FULL).build(),
        config().momentsAtRefresh(MomentsAtRefresh.REPROJECT).build());
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void aRunThatIsSavedAndLoadedEndsBitForBitWhereAnUninterruptedOneEnds(GaLoreUpdater config) {
    SameDiff steady = graph(config);
    fit(steady, 0, STEPS);
    for (int pause : new int[] {3, 4}) {
      SameDiff interrupted = graph(config);
      fit(interrupted, 0, pause);
      File file = folder.resolve("graph" + pause).toFile();
      interrupted.save(file, true);
      SameDiff resumed = SameDiff.load(file, true);
      fit(resumed, pause, STEPS);

      assertThat(resumed.getTrainingConfig().getUpdater()).isEqualTo(config);
      for (String weight : WEIGHTS) {
        INDArray wanted = steady.getVariable(weight).getArr();
        INDArray actual = resumed.getVariable(weight).getArr();
        assertThat(actual.distance2(wanted)).as(weight).isZero();
      }
    }
  }

  @Test
  void aWeightWithoutAnyStepGoesThroughSavingAndTrainsAfterwards() {
    SameDiff graph = graph(config().build());
    INDArray initial = graph.getVariable("late").getArr().dup();
    fit(graph, 0, 3);
    File file = folder.resolve("graph").toFile();
    graph.save(file, true);
    SameDiff resumed = SameDiff.load(file, true);
    assertThat(resumed.getVariable("late").getArr()).isEqualTo(initial);

    fit(resumed, 3, STEPS);

    assertThat(resumed.getVariable("late").getArr().distance2(initial)).isPositive();
  }

  private static GaLoreUpdater.GaLoreUpdaterBuilder config() {
    return GaLoreUpdater.builder()
        .learningRateSchedule(new PolySchedule(ScheduleType.ITERATION, 0.02, 1, 30))
        .rank(3)
        .refreshInterval(4);
  }

  private static TrainingConfig.Builder training(GaLoreUpdater config) {
    return new TrainingConfig.Builder()
        .updater(config)
        .regularization(new DecoupledWeightDecay(DECAY))
        .dataSetFeatureMapping("x");
  }

  /** A wide and a tall matrix, a bias, and a matrix that {@link LateStarter} keeps frozen first. */
  private static SameDiff graph(GaLoreUpdater config) {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 10);
    SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, 8);
    SDVariable wide = graph.var("wide", random(1, 10, 14));
    SDVariable tall = graph.var("tall", random(2, 14, 8));
    SDVariable bias = graph.var("bias", random(3, 1, 14));
    SDVariable late = graph.var("late", random(4, 14, 14));
    SDVariable hidden = graph.math.tanh(x.mmul(wide).add(bias)).mmul(late);
    SDVariable error = graph.math.tanh(hidden).mmul(tall).sub(y);
    error.mul(error).sum("loss", 0, 1);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(training(config).dataSetLabelMapping("y").build());
    return graph;
  }

  private static void fit(SameDiff graph, int from, int to) {
    MultiDataSet[] batches =
        IntStream.range(from, to)
            .mapToObj(i -> new MultiDataSet(random(10 + i, 16, 10), random(50 + i, 16, 8)))
            .toArray(MultiDataSet[]::new);
    graph.fit(new TestMultiDataSetIterator(1, batches), 1, new LateStarter());
  }

  private static INDArray random(long seed, int rows, int columns) {
    Random random = new Random(seed);
    return Nd4j.createFromArray(random.doubles((long) rows * columns, -1, 1).toArray())
        .castTo(DataType.FLOAT)
        .reshape(rows, columns);
  }

  /** Freezes the weight "late" for the first five iterations, as a layer sampler does. */
  private static final class LateStarter extends BaseListener {
    private SDVariable gradient;

    @Override
    public boolean isActive(Operation operation) {
      return operation == Operation.TRAINING;
    }

    @Override
    public void iterationStart(
        SameDiff graph, At at, org.nd4j.linalg.dataset.api.MultiDataSet data, long milliseconds) {
      Variable late = graph.getFunction("grad").getVariables().get("late");
      gradient = gradient == null ? late.getGradient() : gradient;
      late.setGradient(at.iteration() < 5 ? null : gradient);
    }
  }
}
