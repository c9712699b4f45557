package org.owlore.examples.progress;

import java.io.PrintStream;

/** Shows how far a job has come. */
public interface Progress extends AutoCloseable {

  /**
   * Some of the job is done.
   *
   * @param done steps done so far
   * @param details what to show beside, e.g. the loss
   */
  void update(long done, String details);

  /** Ends the display. */
  @Override
  void close();

  /**
   * Shows a job.
   *
   * @param task what is done
   * @param total steps of the whole job
   * @param out where to show it
   * @param columns width of the terminal that {@code out} is, on which a line can be drawn over; 0
   *     if it is none
   */
  static Progress of(String task, long total, PrintStream out, int columns) {
    return columns > 0
        ? new BarProgress(task, total, out, columns)
        : new LineProgress(task, total, out);
  }
}
