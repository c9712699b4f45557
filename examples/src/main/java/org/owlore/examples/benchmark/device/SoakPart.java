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
    @NonNull MeasuredDevice device,
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
    MemoryGrowth growth = new MemoryGrowth(used, findings);
    try (FineTuner tuner = new FineTuner(model, configuration(), device.asSet())) {
      tuner.fit(
          workload.batches(),
          steps,
          report -> {
            long done = report.step() + 1;
            if (done == EARLY || done % INTERVAL == 0 || done == steps) {
              growth.look(done, report.memory());
            }
            return true;
          });
    }
    growth.judge(GROWTH);
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
    findings.accept(refusal(model, larger));
    try (FineTuner tuner = new FineTuner(model, configuration(), device.asSet())) {
      double loss = tuner.fit(workload.batches(), 1, report -> true).losses().get(0);
      findings.accept(new Finding("loss of a step after that", loss, "nats", 0, 100));
    }
  }

  /** Whether a batch is refused, with the device's own words. */
  private Finding refusal(LanguageModel model, Workload larger) {
    String what = "batch of %d rows is refused, for lack of memory".formatted(larger.batch());
    try (FineTuner tuner = new FineTuner(model, configuration(), device.asSet())) {
      tuner.fit(larger.batches(), 1, report -> true);
      return Finding.answer(what, false).with("It fitted.");
    } catch (RuntimeException e) {
      // The type of a shortage is the device's own; any other failure says nothing of memory.
      boolean shortage = String.valueOf(e.getMessage()).contains("memory");
      return Finding.answer(what, shortage).because(e);
    }
  }
}
