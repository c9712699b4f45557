package org.owlore.examples.progress;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that is drawn over and over in one line of a terminal. */
final class BarProgress implements Progress {
  private static final int REDRAW_MILLISECONDS = 200;

  private final ProgressBar bar;

  BarProgress(String task, long total, PrintStream out, int columns) {
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
            .setConsumer(new ConsoleProgressBarConsumer(out, columns - 1))
            .build();
  }

  @Override
  public void update(long done, String details) {
    bar.setExtraMessage(" " + details);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }
}
