package org.owlore.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.owlore.examples.data.Example;

class StoryTellerTest {

  @Test
  void answersFollowFromTheSentences() {
    new StoryTeller(4)
        .stories()
        .limit(500)
        .forEach(
            story -> {
              Map<String, String> facts = facts(story.events());
              assertThat(story.questions()).isNotEmpty();
              for (Example.Instruction question : story.questions()) {
                String asked = question.prompt().substring(story.events().length() + 1);
                assertThat(question.answer()).as(question.prompt()).isEqualTo(facts.get(asked));
              }
            });
  }

  @Test
  void equalSeedsTellEqualStories() {
    assertThat(told(7)).isEqualTo(told(7)).isNotEqualTo(told(8));
  }

  @Test
  void excludedQuestionsDoNotComeUp() {
    List<Example.Instruction> first = QuestionFile.questions(5, 20, Set.of());
    Set<String> prompts =
        first.stream().map(Example.Instruction::prompt).collect(Collectors.toSet());

    assertThat(QuestionFile.questions(5, 20, prompts))
        .hasSize(20)
        .doesNotContainAnyElementsOf(first);
  }

  /** Reads a story sentence by sentence; the last word on something counts. */
  private static Map<String, String> facts(String story) {
    Map<String, String> facts = new HashMap<>();
    for (String sentence : story.split("\\. ?")) {
      String[] words = sentence.split(" ");
      switch (words[1]) {
        case "finds" -> {
          facts.put("What colour is the %s?".formatted(words[4]), words[3]);
          facts.put("Who has the %s?".formatted(words[4]), words[0]);
        }
        case "gives" -> facts.put("Who has the %s?".formatted(words[3]), words[5]);
        case "takes" -> facts.put("Who has the %s?".formatted(words[3]), words[0]);
        case "goes" -> facts.put("Where is %s?".formatted(words[0]), words[4]);
        default -> throw new AssertionError(sentence);
      }
    }
    return facts;
  }

  private static List<Story> told(long seed) {
    return new StoryTeller(seed).stories().limit(10).toList();
  }
}
