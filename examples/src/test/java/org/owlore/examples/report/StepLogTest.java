package org.owlore.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.engine.Profile;
import org.owlore.finetune.MemoryReport;
import org.owlore.finetune.StepReport;

class StepLogTest {
  private static final Profile PROFILE = TinyProfile.empty();

  @TempDir Path folder;

  @Test
  void eachStepIsALineAtOnceAndThePeakStays() throws IOException {
    Path file = folder.resolve("logs/steps.jsonl");
    try (StepLog log = StepLog.create(file)) {
      log.write(step(0, 100));
      assertThat(file).content().endsWith("}" + System.lineSeparator());
      log.write(step(1, 50));
    }

    assertThat(Files.readAllLines(file)).containsExactly(line(0), line(1));
  }

  @Test
  void anUnwritableLogIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> StepLog.create(file.resolve("steps.jsonl")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching("The log .*steps\\.jsonl cannot be written: .*\\.");
  }

  private static StepReport step(long step, long bytes) {
    return new StepReport(
        step, 1.5, List.of(0, 2), 1e-3, 64, 0.25, new MemoryReport(bytes, 10, 20), PROFILE);
  }

  private static String line(int step) {
    return "{\"step\":%d,\"loss\":1.5,\"active\":[0,2],\"learningRate\":0.001,\"tokens\":64,\"seconds\":0.25,\"peakBytes\":130}"
        .formatted(step);
  }
}
