package org.owlore.graph;

import lombok.Builder;

/**
 * What a model can read at once.
 *
 * @param maximumLength longest row in tokens, at least 1; {@link #UNBOUNDED} where nothing tells
 * @param fixedBatch the one number of rows that the graph takes, as an export without dynamic axes
 *     does; 0 for any number, the default
 * @param fixedLength whether a row must have exactly {@code maximumLength} tokens, padding counted;
 *     default false
 * @param separatesDocuments whether the numbers in {@link LanguageModel#ATTENTION_MASK} keep the
 *     documents of one row apart; default false, where the mask tells padding at most
 */
@Builder
public record ModelInput(
    int maximumLength, int fixedBatch, boolean fixedLength, boolean separatesDocuments) {

  /** Stands for the length of rows, in tokens, that nothing bounds but memory. */
  public static final int UNBOUNDED = 1 << 20;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the length is below 1 or the number of rows below 0
   */
  public ModelInput {
    if (maximumLength < 1 || fixedBatch < 0) {
      throw new IllegalArgumentException(
          "A model must read rows of at least 1 token and any (0) or a fixed number of rows, but %d and %d were given."
              .formatted(maximumLength, fixedBatch));
    }
  }

  /** Whether rows may have any length. */
  public boolean isUnbounded() {
    return !fixedLength && maximumLength >= UNBOUNDED;
  }
}
