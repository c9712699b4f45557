package org.owlore.examples.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A line every few seconds, and one for the first and the last step. */
final class LineProgress implements Progress {
  private static final long INTERVAL_NANOSECONDS = Duration.ofSeconds(5).toNanos();

  private final String task;
  private final long total;
  private final PrintStream out;
  private final LongSupplier clock;
  private final long start;
  private long lastPrinted;

  LineProgress(String task, long total, PrintStream out) {
    this(task, total, out, System::nanoTime);
  }

  /** With a clock of one's own, in nanoseconds. */
  LineProgress(String task, long total, PrintStream out, LongSupplier clock) {
    this.task = task;
    this.total = total;
    this.out = out;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.lastPrinted = start;
  }

  @Override
  public void update(long done, String details) {
    long now = clock.getAsLong();
    if (done <= 1 || done == total || now - lastPrinted >= INTERVAL_NANOSECONDS) {
      lastPrinted = now;
      out.printf("%s %d/%d  %s  left %s%n", task, done, total, details, left(done, now));
    }
  }

  @Override
  public void close() {
    out.flush();
  }

  private String left(long done, long now) {
    long seconds = Math.round((now - start) / 1e9 / Math.max(1, done) * Math.max(0, total - done));
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
  }
}
