package org.owlore.examples.cli;

import org.owlore.examples.progress.Progress;

/** What the launcher knows about the terminal. */
final class Terminal {
  private Terminal() {}

  /** Shows a job on error output: as a bar if that is a terminal. */
  static Progress progress(String task, long total) {
    return Progress.of(task, total, System.err, Integer.getInteger("owlore.columns", 0));
  }
}
