package org.owlore.examples.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import lombok.NonNull;
import org.owlore.examples.report.Bytes;
import org.owlore.finetune.StepReport;

/** Shows loss, speed and memory of a training run; speed is that of the last steps. */
public final class TrainingProgress implements AutoCloseable {
  private static final int LAST_STEPS = 20;

  private final Progress progress;
  private final Deque<StepReport> lastSteps = new ArrayDeque<>();

  /**
   * Shows a run.
   *
   * @param progress where to show it; closed with this
   */
  public TrainingProgress(@NonNull Progress progress) {
    this.progress = progress;
  }

  /** A step is done. */
  public void update(@NonNull StepReport report) {
    lastSteps.addLast(report);
    if (lastSteps.size() > LAST_STEPS) {
      lastSteps.removeFirst();
    }
    long tokens = lastSteps.stream().mapToLong(StepReport::tokens).sum();
    double seconds = lastSteps.stream().mapToDouble(StepReport::seconds).sum();
    progress.update(
        report.step() + 1,
        String.format(
            Locale.ROOT,
            "loss %.4f  %,.0f tokens/s  %s",
            report.loss(),
            tokens / Math.max(seconds, 1e-9),
            Bytes.text(report.memory().total())));
  }

  @Override
  public void close() {
    progress.close();
  }
}
