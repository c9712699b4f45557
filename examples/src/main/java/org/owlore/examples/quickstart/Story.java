package org.owlore.examples.quickstart;

import java.util.List;
import org.owlore.examples.data.Example;

/**
 * A few sentences about a few people, with questions that they answer.
 *
 * @param text the sentences
 * @param questions each has the story as part of its prompt
 */
record Story(String text, List<Example.Instruction> questions) {}
