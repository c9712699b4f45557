package org.owlore.cuda.source;

import lombok.NonNull;
import org.owlore.cuda.kernel.Kernel;

/**
 * How many threads run a kernel; depends on nothing but the kernel.
 *
 * @param blocks how many groups of threads; 0 when there is nothing to do
 * @param threads in each block
 * @param threadsPerRow how many of them share a row; 1 when nothing is reduced
 */
public record LaunchShape(int blocks, int threads, int threadsPerRow) {
  private static final int WARP = 32;
  private static final int MOST_BLOCKS = 8192;
  private static final int USUAL_THREADS = 256;
  private static final int MOST_THREADS = 1024;

  /** Rows up to this length are the work of one warp: neither shared memory nor waiting. */
  private static final int SHORT_ROW = 128;

  /** The same where there are rows enough to keep a device busy with a warp each. */
  private static final int MIDDLE_ROW = 1024;

  private static final int MANY_ROWS = 2048;
  private static final int LONG_ROW = 16384;

  /** The shape for a kernel. */
  public static LaunchShape of(@NonNull Kernel kernel) {
    long rows = kernel.rowCount();
    long columns = kernel.columnCount();
    if (rows * columns == 0) {
      return new LaunchShape(0, USUAL_THREADS, 1);
    }
    if (!kernel.reduces()) {
      return of(rows, USUAL_THREADS, 1);
    }
    if (columns <= SHORT_ROW || columns <= MIDDLE_ROW && rows >= MANY_ROWS) {
      return of(rows, USUAL_THREADS, WARP);
    }
    int threads = columns >= LONG_ROW ? MOST_THREADS : USUAL_THREADS;
    return of(rows, threads, threads);
  }

  /** Rows that a block works on at a time. */
  public int rowsPerBlock() {
    return threads / threadsPerRow;
  }

  private static LaunchShape of(long rows, int threads, int threadsPerRow) {
    long rowsPerBlock = threads / threadsPerRow;
    long blocks = (rows + rowsPerBlock - 1) / rowsPerBlock;
    return new LaunchShape((int) Math.min(blocks, MOST_BLOCKS), threads, threadsPerRow);
  }
}
