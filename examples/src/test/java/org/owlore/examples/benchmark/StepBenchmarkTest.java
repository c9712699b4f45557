package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.finetune.TrainingException;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.graph.LanguageModel;

/** A run on a tiny model; how long anything takes is not looked at. */
class StepBenchmarkTest {
  private static final Workload WORKLOAD = new Workload(BenchmarkModel.TINY, 2, 8, 4, 1);
  private static final List<Method> METHODS = List.of(Method.FULL, Method.LISA, Method.OWLORE);

  @Test
  void allMakeTheSameStepByTurns() {
    StepBenchmark benchmark =
        new StepBenchmark(WORKLOAD, METHODS, new Rounds(1, 4, 2, 0), List.of(Checkpointing.NONE));
    List<Integer> done = new ArrayList<>();

    LanguageModel stocks = WORKLOAD.build();
    StepResult result =
        benchmark.run(List.of(new StockSteps(stocks, WORKLOAD.batches(), 1)), done::add);

    assertThat(done).containsExactly(1, 2, 3, 4, 5);
    List<String> order =
        result.laps().stream()
            .filter(lap -> lap.turn().round() == 1)
            .map(lap -> lap.turn().method().label() + " " + lap.contender())
            .toList();
    assertThat(order)
        .containsExactly(
            "full owlore",
            "full products",
            "full stock",
            "lisa owlore",
            "lisa products",
            "owlore owlore",
            "owlore products");
    assertThat(result.laps()).filteredOn(lap -> lap.contender().equals("stock")).hasSize(2);
    assertThat(result.laps()).allMatch(lap -> lap.timing().total() > 0);
    assertThat(result.ratios()).hasSize(3 + 1 + 2);
  }

  @Test
  void weMakeAStepOfEachKindOfCheckpointing() {
    StepBenchmark benchmark =
        new StepBenchmark(
            WORKLOAD,
            List.of(Method.FULL),
            new Rounds(0, 2, 2, 0),
            List.of(Checkpointing.NONE, Checkpointing.BLOCK));

    StepResult result = benchmark.run(List.of(), round -> {});

    assertThat(result.ratios())
        .extracting(ratio -> ratio.over().contender() + " / " + ratio.under().contender())
        .containsExactly("owlore / owlore-block", "owlore / products");
  }

  @Test
  void ourStepsTellWhatTheOptimizerTakes() {
    StepBenchmark benchmark =
        new StepBenchmark(
            WORKLOAD, List.of(Method.OWLORE), new Rounds(0, 2, 2, 0), List.of(Checkpointing.NONE));

    List<Lap> ours =
        benchmark.run(List.of(), round -> {}).laps().stream()
            .filter(lap -> lap.contender().equals(FineTunerSteps.NAME))
            .toList();

    assertThat(ours)
        .hasSize(2)
        .allSatisfy(
            lap -> {
              assertThat(lap.timing().update()).isPositive();
              assertThat(lap.timing().outside()).isPositive();
              assertThat(lap.timing().update() + lap.timing().outside())
                  .isLessThan(lap.timing().total());
            });
  }

  @Test
  void stockStepsTrain() {
    LanguageModel model = WORKLOAD.build();
    INDArray head = model.graph().getArrForVarName(model.layers().head().get(0));
    INDArray before = head.dup();
    try (StockSteps stock = new StockSteps(model, WORKLOAD.batches(), 5)) {
      Turn turn = new Turn(5, Method.FULL, List.of(0, 1), true, false);

      assertThat(stock.takesPart(turn)).isTrue();
      assertThat(stock.takesPart(new Turn(6, Method.FULL, List.of(0, 1), true, false))).isFalse();
      assertThat(stock.takesPart(new Turn(5, Method.LISA, List.of(0), true, false))).isFalse();
      stock.step(turn);

      assertThat(head).isNotEqualTo(before);
    }
  }

  @Test
  void aTrainingThatFailsSaysSo() {
    LanguageModel model = WORKLOAD.build();
    FineTuner tuner =
        new FineTuner(
            model,
            WORKLOAD.configuration(Method.FULL, 1, 1, List.of()).toBuilder()
                .updater(GaLoreUpdater.builder().learningRate(1e30).build())
                .build());
    Turn turn = new Turn(0, Method.FULL, List.of(0, 1), true, false);
    try (FineTunerSteps steps =
        new FineTunerSteps(FineTunerSteps.NAME, tuner, Method.FULL, WORKLOAD.batches(), 100)) {
      steps.step(turn);

      assertThatThrownBy(() -> steps.step(turn)).isInstanceOf(TrainingException.class);
    }
  }

  @Test
  void stepsThatRunOutSaySo() {
    FineTuner tuner =
        new FineTuner(WORKLOAD.build(), WORKLOAD.configuration(Method.FULL, 1, 1, List.of()));
    Turn turn = new Turn(0, Method.FULL, List.of(0, 1), true, false);
    try (FineTunerSteps steps =
        new FineTunerSteps(FineTunerSteps.NAME, tuner, Method.FULL, WORKLOAD.batches(), 1)) {
      steps.step(turn);

      assertThatThrownBy(() -> steps.step(turn))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("No training step is left.");
    }
  }
}
