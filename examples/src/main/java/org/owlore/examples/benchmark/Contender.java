package org.owlore.examples.benchmark;

/** Something whose steps are timed in turn with those of others. */
public interface Contender extends AutoCloseable {

  /** What it is called in tables and files. */
  String name();

  /** Whether it makes this step at all; it does unless it says otherwise. */
  default boolean takesPart(Turn turn) {
    return true;
  }

  /** Makes a step. */
  Timing step(Turn turn);

  @Override
  void close();
}
