package org.owlore.examples.benchmark.device;

import java.util.List;
import java.util.function.Consumer;
import lombok.NonNull;
import org.owlore.examples.benchmark.Rounds;
import org.owlore.examples.benchmark.Workload;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.TrainingDevice;
import org.owlore.graph.LanguageModel;
import org.owlore.precision.StorageType;

/**
 * Many steps in which memory must not grow; then a batch that does not fit, after which the same
 * process must go on.
 *
 * @param device what is measured
 * @param workload what a step computes
 * @param storage as what weights lie in memory
 * @param steps how many, more than 5
 * @param tooLarge rows that do not fit, or 0 to leave that out
 * @param used what the machine says is taken
 */
public record SoakPart(
    @NonNull TrainingDevice.Factory device,
    @NonNull Workload workload,
    @NonNull StorageType storage,
    int steps,
    int tooLarge,
    @NonNull UsedMemory used)
    implements Part {
  private static final int EARLY = 5;
  private static final int INTERVAL = 50;
  private static final double GROWTH = 1.02;

  /** Checks the number of steps. */
  public SoakPart {
    if (steps <= EARLY) {
      throw new IllegalArgumentException(
          "The soak is to make %d steps; it must be more than %d, after which memory is looked at first."
              .formatted(steps, EARLY));
    }
  }

  @Override
  public void run(@NonNull Consumer<Finding> findings) {
    LanguageModel model = workload.build(storage);
    growth(model, findings);
    if (tooLarge > 0) {
      outOfMemory(model, findings);
    }
  }

  private void growth(LanguageModel model, Consumer<Finding> findings) {
    double[] held = new double[2];
    double[] taken = new double[2];
    try (FineTuner tuner = new FineTuner(model, configuration(), device)) {
      tuner.fit(
          workload.batches(),
          steps,
          report -> {
            int done = Math.toIntExact(report.step() + 1);
            if (done == EARLY || done == steps) {
              int when = done == EARLY ? 0 : 1;
              held[when] = report.memory().total();
              taken[when] = used.bytes().orElse(0);
            }
            return true;
          });
    }
    String last = "after step " + steps;
    findings.accept(Finding.of("held after step 5", held[0] / 1e6, "MB"));
    findings.accept(Finding.of("held " + last, held[1] / 1e6, "MB"));
    findings.accept(Finding.atMost("held, late / early", held[1] / held[0], "times", GROWTH));
    if (taken[0] > 0) {
      double ratio = taken[1] / taken[0];
      findings.accept(Finding.of("taken on the device after step 5", taken[0] / 1e6, "MB"));
      findings.accept(Finding.of("taken on the device " + last, taken[1] / 1e6, "MB"));
      findings.accept(Finding.atMost("taken on the device, late / early", ratio, "times", GROWTH));
    }
  }

  /** State of frozen blocks is dropped: else it grows as it must, with each new block. */
  private FineTuneConfiguration configuration() {
    Rounds rounds = new Rounds(0, steps, INTERVAL, 0);
    List<List<Integer>> schedule = rounds.schedule(workload.model().blocks(), workload.gamma());
    return workload.configuration(Method.OWLORE, INTERVAL, 4 * INTERVAL, schedule).toBuilder()
        .frozenState(FrozenState.DROPPED)
        .build();
  }

  private void outOfMemory(LanguageModel model, Consumer<Finding> findings) {
    Workload larger =
        new Workload(
            workload.model(), tooLarge, workload.length(), workload.rank(), workload.gamma());
    boolean refused;
    try (FineTuner tuner = new FineTuner(model, configuration(), device)) {
      tuner.fit(larger.batches(), 1, report -> true);
      refused = false;
    } catch (RuntimeException e) {
      refused = true;
      findings.accept(Finding.of("batch of %d: %s".formatted(tooLarge, e.getMessage()), 1, ""));
    }
    findings.accept(
        new Finding(
            "batch of %d is refused".formatted(tooLarge),
            refused ? 1 : 0,
            "",
            1,
            Double.POSITIVE_INFINITY));
    try (FineTuner tuner = new FineTuner(model, configuration(), device)) {
      double loss = tuner.fit(workload.batches(), 1, report -> true).losses().get(0);
      findings.accept(new Finding("loss of a step after that", loss, "nats", 0, 100));
    }
  }
}
