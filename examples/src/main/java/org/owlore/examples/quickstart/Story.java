package org.owlore.examples.quickstart;

import java.util.List;
import org.owlore.examples.data.Example;

/**
 * What happened to a few people, and how things stand afterwards.
 *
 * @param events the story's sentences
 * @param ending some sentences more, which say how things stand
 * @param questions about how things stand; each has the events as part of its prompt, but not the
 *     ending
 */
record Story(String events, String ending, List<Example.Instruction> questions) {

  /** Events and ending. */
  String text() {
    return events + " " + ending;
  }
}
