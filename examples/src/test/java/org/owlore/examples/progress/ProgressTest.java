package org.owlore.examples.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

  @Test
  void elsewhereThanOnATerminalLinesAreFewAndPlain() {
    AtomicLong clock = new AtomicLong();
    try (Progress progress = new LineProgress("step", 100, out, clock::get)) {
      for (int done = 1; done <= 100; done++) {
        clock.addAndGet(500_000_000L);
        progress.update(done, "loss " + done);
      }
    }

    assertThat(text().lines()).hasSize(11);
    assertThat(text())
        .startsWith("step 1/100  loss 1  left 0:50")
        .contains("step 11/100  loss 11  left 0:45")
        .contains("step 100/100  loss 100  left 0:00")
        .doesNotContain("\u001b", "\r");
  }

  @Test
  void timeLeftIsInMinutesAndSeconds() {
    AtomicLong clock = new AtomicLong();
    try (Progress progress = new LineProgress("step", 100, out, clock::get)) {
      clock.set(2_000_000_000L);
      progress.update(1, "");
    }

    assertThat(text()).contains("left 3:18");
  }

  @Test
  void onATerminalABarShowsTheDetails() {
    try (Progress progress = Progress.of("train", 10, out, 120)) {
      progress.update(10, "loss 1.25");
    }

    assertThat(text()).contains("train", "100%", "10/10", "loss 1.25");
    assertThat(text().lines()).allMatch(line -> line.length() <= 120);
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }
}
