package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PromptTemplateTest {
  private static final Example.Instruction SUM = new Example.Instruction("1+1?", "2");

  @Test
  void theDefaultAsksAQuestion() {
    PromptTemplate template = PromptTemplate.QUESTION_ANSWER;

    assertThat(template.prompt(SUM)).isEqualTo("Question: 1+1?\nAnswer:");
    assertThat(template.complete(SUM)).isEqualTo("Question: 1+1?\nAnswer: 2");
  }

  @Test
  void aTemplateThatEndsInWhiteSpaceIsFollowedByTheAnswerAtOnce() {
    assertThat(new PromptTemplate("{prompt}\n").complete(SUM)).isEqualTo("1+1?\n2");
  }

  @Test
  void aTemplateWithoutPlaceForThePromptIsRefused() {
    assertThatThrownBy(() -> new PromptTemplate("Question:"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The prompt template \"Question:\" does not say where the prompt goes: it needs"
                + " {prompt}.");
  }
}
