package org.owlore.examples.report;

import java.util.Locale;

/** Sizes of memory for people. */
public final class Bytes {
  private Bytes() {}

  /** A number of bytes in GB from one GB on, else in MB, e.g. {@code 15.9 MB}. */
  public static String text(long bytes) {
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
