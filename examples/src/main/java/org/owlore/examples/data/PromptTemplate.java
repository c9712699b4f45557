package org.owlore.examples.data;

import lombok.NonNull;

/**
 * The words around a prompt.
 *
 * @param pattern text that contains {@code {prompt}} once or more
 */
public record PromptTemplate(@NonNull String pattern) {

  /** {@code Question: {prompt}\nAnswer:}, as common evaluation tasks put it. */
  public static final PromptTemplate QUESTION_ANSWER =
      new PromptTemplate("Question: {prompt}\nAnswer:");

  private static final String PROMPT = "{prompt}";

  /**
   * Checks the pattern.
   *
   * @throws IllegalArgumentException if the pattern lacks {@code {prompt}}
   */
  public PromptTemplate {
    if (!pattern.contains(PROMPT)) {
      throw new IllegalArgumentException(
          "The prompt template \"%s\" does not say where the prompt goes: it needs %s."
              .formatted(pattern, PROMPT));
    }
  }

  /** The text before the answer. */
  public String prompt(Example.Instruction example) {
    return pattern.replace(PROMPT, example.prompt());
  }

  /** Prompt and answer, parted by a blank unless the template ends in one of its own. */
  public String complete(Example.Instruction example) {
    String prompt = prompt(example);
    boolean parted = prompt.isEmpty() || Character.isWhitespace(prompt.charAt(prompt.length() - 1));
    return prompt + (parted ? "" : " ") + example.answer();
  }
}
