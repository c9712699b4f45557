package org.owlore.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.graph.GraphPreparation;

/** Loss and gradient of random logits against a naive computation in double precision. */
class CrossEntropyTest {
  private static final String NATIVE = "sparse_softmax_cross_entropy_loss_with_logits";

  /** A graph whose loss is the weighted sum of the rows' losses. */
  private static final class Sample {
    final double[][] logits;
    final int[] labels;
    final double[] weights;
    final SameDiff graph = SameDiff.create();
    final Map<String, INDArray> batch;

    Sample(double[][] logits, int[] labels, double[] weights, DataType labelType) {
      this.logits = logits;
      this.labels = labels;
      this.weights = weights;
      SDVariable x = graph.var("logits", Nd4j.createFromArray(logits).castTo(DataType.FLOAT));
      SDVariable y = graph.placeHolder("labels", labelType, labels.length);
      SDVariable w =
          graph.constant("weights", Nd4j.createFromArray(weights).castTo(DataType.FLOAT));
      SDVariable losses = graph.loss().sparseSoftmaxCrossEntropy("losses", x.mul(1), y);
      losses.mul(w).sum("loss", 0);
      graph.setLossVariables("loss");
      GraphPreparation.prepare(graph);
      this.batch = Map.of("labels", Nd4j.createFromArray(labels).castTo(labelType));
    }

    double loss(int row) {
      return normalizer(row) - logits[row][labels[row]];
    }

    double gradient(int row, int column) {
      double probability = Math.exp(logits[row][column] - normalizer(row));
      return weights[row] * (probability - (column == labels[row] ? 1 : 0));
    }

    private double normalizer(int row) {
      double top = Arrays.stream(logits[row]).max().orElseThrow();
      double sum = 0;
      for (double logit : logits[row]) {
        sum += Math.exp(logit - top);
      }
      return top + Math.log(sum);
    }

    Trial train() {
      return Trial.of(graph, batch, List.of("logits"), List.of("loss", "losses"));
    }
  }

  private static Sample random(int rows, int classes, double spread, DataType labelType) {
    Random random = new Random(rows * 31L + classes);
    double[][] logits = new double[rows][classes];
    int[] labels = new int[rows];
    double[] weights = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < classes; column++) {
        logits[row][column] = (float) (spread * random.nextGaussian());
      }
      labels[row] = random.nextInt(classes);
      weights[row] = row % 3 == 0 ? 0 : random.nextDouble();
    }
    return new Sample(logits, labels, weights, labelType);
  }

  private static void assertRight(Sample sample) {
    Trial trial = sample.train();
    for (int row = 0; row < sample.labels.length; row++) {
      double expected = sample.loss(row);
      assertThat(trial.outputs().get("losses").getDouble(row))
          .as("loss of row %d", row)
          .isCloseTo(expected, within(2e-6 * (1 + Math.abs(expected))));
      for (int column = 0; column < sample.logits[row].length; column++) {
        assertThat(trial.gradient("logits").getDouble(row, column))
            .as("gradient of row %d, column %d", row, column)
            .isCloseTo(sample.gradient(row, column), within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 5, INT", "4, 1, INT", "7, 33, INT", "7, 33, LONG", "33, 7, LONG", "1, 1, INT"})
  void lossAndGradientAreRight(int rows, int classes, DataType labelType) {
    assertRight(random(rows, classes, 2, labelType));
  }

  @Test
  void aLabelWhoseProbabilityUnderflowsHasAFiniteLoss() {
    Sample sample =
        new Sample(
            new double[][] {{500, -500, 0}, {-1000, 2000, -3000}},
            new int[] {1, 2},
            new double[] {1, 1},
            DataType.INT32);
    assertRight(sample);
  }

  @Test
  void equalLogitsShareTheProbability() {
    assertRight(
        new Sample(
            new double[][] {{3, 3, 3, 3}, {0, 0, 0, 0}},
            new int[] {0, 3},
            new double[] {1, 0.5},
            DataType.INT32));
  }

  @Test
  void noNativeLossIsLeft() {
    Trial trial = random(5, 6, 1, DataType.INT32).train();
    assertThat(trial.count(NATIVE) + trial.count(NATIVE + "_grad")).isZero();
    assertThat(trial.count("softmax")).isOne();
  }

  /** Logits, probabilities and the gradient of the logits take turns in one array. */
  @Test
  void aTrainingStepHoldsOneArrayOfTheLogitsSize() {
    Sample sample = random(64, 64, 1, DataType.INT32);
    TrainingPlan plan =
        new PlanCompiler(sample.graph)
            .compile(
                PlanRequest.builder()
                    .output("loss")
                    .train("logits")
                    .placeholders(Engine.types(sample.batch))
                    .build());
    assertThat(plan.memory().total()).isLessThan(2 * 64 * 64 * 4);
  }

  /** More logits than int32 can count: planned, though nothing here could hold them. */
  @Test
  void labelsAreWidenedWhereLogitsAreTooManyForThem() {
    SameDiff large = SameDiff.create();
    SDVariable logits = large.placeHolder("logits", DataType.FLOAT, -1, -1);
    SDVariable labels = large.placeHolder("labels", DataType.INT32, -1);
    large.loss.sparseSoftmaxCrossEntropy("losses", logits, labels);
    PlanRequest request =
        PlanRequest.builder()
            .output("losses")
            .placeholders(
                Map.of(
                    "logits", ArrayType.of(DataType.FLOAT, 70_000, 32_768),
                    "labels", ArrayType.of(DataType.INT32, 70_000)))
            .build();

    try (TrainingPlan plan = new PlanCompiler(large).compile(request)) {
      assertThat(plan.values().get("labels#wide").type().dataType()).isEqualTo(DataType.INT64);
    }
  }
}
