package org.owlore.examples.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import lombok.NonNull;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.Method;
import org.owlore.graph.LanguageModel;

/**
 * Times whole training steps: ours, the bare matrix products and whoever else is there make the
 * same step one after another, and so again in each round, so that whatever slows the machine down
 * slows all of them.
 *
 * @param workload what a step computes
 * @param methods the ways to train, each in every round
 * @param rounds how many steps
 * @param checkpointing what is kept for the backward pass; for each kind we make a step of our own,
 *     and the first is what is compared with everybody
 */
public record StepBenchmark(
    @NonNull Workload workload,
    @NonNull List<Method> methods,
    @NonNull Rounds rounds,
    @NonNull List<Checkpointing> checkpointing) {
  /** Copies the lists, and checks that each method has a step that counts. */
  public StepBenchmark {
    methods = List.copyOf(methods);
    checkpointing = List.copyOf(checkpointing);
    methods.forEach(rounds::requireOrdinaryStep);
  }

  /**
   * Runs all rounds.
   *
   * @param others who else makes steps; not closed here
   * @param progress hears the number of each round that is done
   */
  public StepResult run(@NonNull List<Contender> others, @NonNull Consumer<Integer> progress) {
    LanguageModel model = workload.build();
    List<List<Integer>> schedule = rounds.schedule(workload.model().blocks(), workload.gamma());
    List<Contender> ours = new ArrayList<>();
    try (BareProducts products = new BareProducts(model, workload)) {
      for (Method method : methods) {
        for (Checkpointing kept : checkpointing) {
          FineTuner tuner = new FineTuner(model, configuration(method, kept, schedule));
          ours.add(
              new FineTunerSteps(name(kept), tuner, method, workload.batches(), rounds.total()));
        }
      }
      List<Contender> all = new ArrayList<>(ours);
      all.add(products);
      all.addAll(others);
      return alternate(all, schedule, progress);
    } finally {
      ours.forEach(Contender::close);
    }
  }

  /** A refresh falls on each draw and nowhere else, so that it is known which steps have one. */
  private FineTuneConfiguration configuration(
      Method method, Checkpointing kept, List<List<Integer>> schedule) {
    return workload
        .configuration(method, rounds.interval(), rounds.interval(), schedule)
        .toBuilder()
        .checkpointing(kept)
        .build();
  }

  private String name(Checkpointing kept) {
    return kept == checkpointing.get(0)
        ? FineTunerSteps.NAME
        : FineTunerSteps.NAME + "-" + kept.name().toLowerCase(Locale.ROOT);
  }

  private StepResult alternate(
      List<Contender> contenders, List<List<Integer>> schedule, Consumer<Integer> progress) {
    List<Lap> laps = new ArrayList<>();
    for (int round = 0; round < rounds.total(); round++) {
      for (Method method : methods) {
        Turn turn = rounds.turn(round, method, schedule, workload.model().blocks());
        contenders.stream()
            .filter(contender -> contender.takesPart(turn))
            .map(contender -> new Lap(turn, contender.name(), contender.step(turn)))
            .forEach(laps::add);
      }
      progress.accept(round + 1);
    }
    return new StepResult(laps);
  }
}
