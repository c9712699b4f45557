package org.owlore.examples.model;

/** Hears, in sentences, of what was done to a model while it was read. */
@FunctionalInterface
public interface LoadNotes {

  /** Something was done or found out. */
  void note(String sentence);

  /** An operation was repaired; a note like any other unless overridden. */
  default void repaired(String sentence) {
    note(sentence);
  }
}
