package org.owlore.examples.benchmark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import lombok.NonNull;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.engine.PlanMemory;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FineTuneConfiguration;
import org.owlore.finetune.FineTuner;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.StepReport;

/**
 * Compares the memory that training says it needs with what is held, early and late. To be run in a
 * Java machine that does nothing else.
 *
 * @param workload what a step computes
 * @param method which weights train and how
 * @param frozenState what becomes of the optimizer state of blocks that freeze
 * @param checkpointing what is kept of the forward pass for the backward pass
 * @param interval steps between two draws of blocks, at least 1
 * @param early the step after which memory is looked at first, at least 1
 * @param late the step after which it is looked at last, above {@code early}
 */
public record MemoryBenchmark(
    @NonNull Workload workload,
    @NonNull Method method,
    @NonNull FrozenState frozenState,
    @NonNull Checkpointing checkpointing,
    int interval,
    int early,
    int late) {
  private static final int REFRESH = 200;
  private static final long SEED = 0;
  private static final int CPU = 0;

  /** Checks the steps. */
  public MemoryBenchmark {
    if (interval < 1) {
      throw new IllegalArgumentException(
          "There must be at least 1 step between two draws, but there are to be %d."
              .formatted(interval));
    }
    if (early < 1 || late <= early) {
      throw new IllegalArgumentException(
          "Memory is to be looked at after steps %d and %d: the first must be at least 1 and the second above it."
              .formatted(early, late));
    }
  }

  /**
   * Trains, and looks at the memory.
   *
   * @param twin what makes the same steps afterwards in a process of its own, if anything does
   * @param progress hears the number of each step that is done
   */
  public MemoryResult run(
      @NonNull Optional<PyTorchTwin> twin, @NonNull Consumer<Integer> progress) {
    Samples samples = new Samples(progress);
    try (FineTuner tuner = new FineTuner(workload.build(), configuration())) {
      tuner.fit(workload.batches(), late, samples::take);
    }
    return new MemoryResult(
        samples.largest,
        samples.taken.get(early),
        samples.taken.get(late),
        twin.map(other -> others(other, progress)));
  }

  /** Looks at some steps, and remembers the plan that needs most. */
  private final class Samples {
    private final Consumer<Integer> progress;
    private final Map<Integer, MemorySample> taken = new HashMap<>();
    private PlanMemory largest;

    Samples(Consumer<Integer> progress) {
      this.progress = progress;
    }

    boolean take(StepReport report) {
      int done = Math.toIntExact(report.step() + 1);
      PlanMemory plan = report.profile().plan().memory();
      largest = largest == null || plan.total() > largest.total() ? plan : largest;
      if (done == early || done == late) {
        taken.put(
            done,
            new MemorySample(
                done,
                report.memory(),
                Nd4j.getEnvironment().getDeviceCouner(CPU),
                Runtime.getRuntime().totalMemory(),
                ResidentMemory.of(ProcessHandle.current().pid())));
      }
      progress.accept(done);
      return true;
    }
  }

  private List<OptionalLong> others(PyTorchTwin twin, Consumer<Integer> progress) {
    List<OptionalLong> resident = new ArrayList<>();
    for (int step = 0; step < late; step++) {
      twin.step(rounds().turn(step, method, schedule(), workload.model().blocks()));
      if (step + 1 == early || step + 1 == late) {
        resident.add(ResidentMemory.of(twin.pid()));
      }
      progress.accept(step + 1);
    }
    return resident;
  }

  private Rounds rounds() {
    return new Rounds(0, late, interval, SEED);
  }

  private List<List<Integer>> schedule() {
    return rounds().schedule(workload.model().blocks(), workload.gamma());
  }

  private FineTuneConfiguration configuration() {
    return workload.configuration(method, interval, REFRESH, schedule()).toBuilder()
        .frozenState(frozenState)
        .checkpointing(checkpointing)
        .build();
  }
}
