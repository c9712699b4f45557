package org.owlore.examples.data;

import java.util.List;
import lombok.NonNull;
import org.owlore.graph.LanguageModel;

/**
 * The rows of a data file.
 *
 * @param rows in the order of the file
 * @param examples how many examples the file holds
 * @param truncated how many of them were cut at the maximum length
 * @param dropped how many were left out because nothing was left to learn from them, as when a
 *     prompt alone reaches the maximum length
 */
public record TokenizedData(
    @NonNull List<TokenRow> rows, int examples, int truncated, int dropped) {

  /** Copies the list. */
  public TokenizedData {
    rows = List.copyOf(rows);
  }

  /** Number of tokens that one epoch feeds to the model. */
  public long tokens() {
    return rows.stream().mapToLong(TokenRow::length).sum();
  }

  /** Number of labels that count in one epoch. */
  public long targets() {
    return rows.stream().mapToLong(TokenRow::targets).sum();
  }

  /** Whether only part of the tokens is learned, as in instruction data. */
  public boolean hasContext() {
    return targets() < tokens();
  }

  /**
   * The first rows only.
   *
   * @param count how many at most
   * @throws IllegalArgumentException if it is below 1
   */
  public TokenizedData first(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "%d rows of the data were asked for; it must be at least 1.".formatted(count));
    }
    return new TokenizedData(
        rows.subList(0, Math.min(count, rows.size())), examples, truncated, dropped);
  }

  /**
   * Checks that a model knows all tokens.
   *
   * @param vocabularySize ids run from 0 to below this
   * @return this
   * @throws IllegalArgumentException if an id lies outside
   */
  public TokenizedData requireVocabulary(int vocabularySize) {
    for (int i = 0; i < rows.size(); i++) {
      TokenRow row = rows.get(i);
      for (int t = 0; t < row.length(); t++) {
        requireId(row.inputIds()[t], i, vocabularySize);
        if (row.labels()[t] != LanguageModel.IGNORED_LABEL) {
          requireId(row.labels()[t], i, vocabularySize);
        }
      }
    }
    return this;
  }

  private static void requireId(int id, int row, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "Row %d of the data holds token %d, but the model knows ids 0 to %d: the data was made with another tokenizer."
              .formatted(row, id, vocabularySize - 1));
    }
  }
}
