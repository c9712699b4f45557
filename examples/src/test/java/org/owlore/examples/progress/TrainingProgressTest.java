package org.owlore.examples.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.owlore.examples.report.TinyProfile;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.StepReport;

class TrainingProgressTest {

  @Test
  void lossSpeedOfTheLastStepsAndMemoryAreShown() {
    List<String> shown = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void update(long done, String details) {
            shown.add(done + ": " + details);
          }

          @Override
          public void close() {
            shown.add("closed");
          }
        };

    try (TrainingProgress training = new TrainingProgress(progress)) {
      training.update(report(0, 100, 1));
      for (int step = 1; step <= 20; step++) {
        training.update(report(step, 2000, 0.5));
      }
    }

    assertThat(shown).startsWith("1: loss 2.5000  100 tokens/s  1.50 GB");
    assertThat(shown).endsWith("21: loss 2.5000  4,000 tokens/s  1.50 GB", "closed");
  }

  private static StepReport report(long step, long tokens, double seconds) {
    MemoryReport memory = new MemoryReport(1_000_000_000, 200_000_000, 300_000_000);
    return new StepReport(step, 2.5, List.of(), 1e-3, tokens, seconds, memory, TinyProfile.empty());
  }
}
