package org.owlore.examples.data;

import lombok.NonNull;

/** One thing to learn from, as it stands in a data file. */
public sealed interface Example {

  /**
   * Running text; every token is learned.
   *
   * @param text the document
   */
  record Document(@NonNull String text) implements Example {}

  /**
   * A task and its solution; only the solution is learned.
   *
   * @param prompt the task
   * @param answer the solution
   */
  record Instruction(@NonNull String prompt, @NonNull String answer) implements Example {}
}
