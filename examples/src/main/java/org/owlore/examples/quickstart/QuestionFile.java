package org.owlore.examples.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.owlore.examples.data.Example;
import org.owlore.examples.report.AtomicFile;

/** Questions about stories as a data file with {@code question} and {@code answer}. */
final class QuestionFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private QuestionFile() {}

  /**
   * One question about each of some new stories.
   *
   * @param seed equal seeds ask equally
   * @param count how many
   * @param excluded prompts that must not come up
   */
  static List<Example.Instruction> questions(long seed, int count, Set<String> excluded) {
    StoryTeller teller = new StoryTeller(seed);
    return teller
        .stories()
        .map(story -> teller.any(story.questions()))
        .filter(question -> !excluded.contains(question.prompt()))
        .limit(count)
        .toList();
  }

  static void write(Path file, List<Example.Instruction> questions) {
    AtomicFile.write(
        file, questions.stream().map(QuestionFile::line).collect(Collectors.joining()));
  }

  private static String line(Example.Instruction question) {
    return JSON.createObjectNode()
            .put("question", question.prompt())
            .put("answer", question.answer())
            .toString()
        + "\n";
  }
}
