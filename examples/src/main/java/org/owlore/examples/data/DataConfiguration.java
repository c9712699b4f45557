package org.owlore.examples.data;

import lombok.Builder;
import lombok.Value;

/** How a data file becomes rows of tokens. */
@Value
public class DataConfiguration {
  /** Longest row, in tokens that the model reads. */
  int maximumLength;

  /** The fields of JSON records to read; recognised from the first record by default. */
  FieldLayout layout;

  /** The words around the prompt of instruction data. */
  PromptTemplate template;

  /** Whether several short examples share a row. */
  boolean packing;

  /** What the rows are for. */
  Purpose purpose;

  /** What rows are for. */
  public enum Purpose {
    /** Each position predicts the next token; in instruction data only the answer counts. */
    PREDICTING,
    /** The model reads all tokens, and no label counts. */
    READING
  }

  @Builder
  private DataConfiguration(
      int maximumLength,
      FieldLayout layout,
      PromptTemplate template,
      boolean packing,
      Purpose purpose) {
    if (maximumLength < 1) {
      throw new IllegalArgumentException(
          "The maximum length is %d tokens; it must be at least 1.".formatted(maximumLength));
    }
    this.maximumLength = maximumLength;
    this.layout = layout == null ? FieldLayout.RECOGNISED : layout;
    this.template = template == null ? PromptTemplate.QUESTION_ANSWER : template;
    this.packing = packing;
    this.purpose = purpose == null ? Purpose.PREDICTING : purpose;
  }
}
