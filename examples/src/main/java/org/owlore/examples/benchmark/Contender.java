package org.owlore.examples.benchmark;

/** Something whose steps are timed in turn with those of others. */
public interface Contender extends AutoCloseable {

  /** What it is called in tables and files. */
  String name();

  /** Whether it makes this step at all. */
  boolean takesPart(Turn turn);

  /** Makes a step. */
  Timing step(Turn turn);

  @Override
  void close();
}
