package org.owlore.examples.cli;

/** What the launcher knows about the terminal. */
final class Terminal {
  private Terminal() {}

  /** Whether error output goes to a terminal, so that a line can be drawn over. */
  static boolean isAttached() {
    return Boolean.getBoolean("owlore.terminal");
  }
}
