package org.owlore.examples.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lombok.NonNull;
import org.owlore.graph.LanguageModel;

/**
 * One row of a batch before padding. The three arrays have the same length, at least 1.
 *
 * @param inputIds what the model reads
 * @param labels what it is to predict at each position, or {@link LanguageModel#IGNORED_LABEL}
 * @param documents the number, from 1, of the document that each position belongs to
 */
public record TokenRow(@NonNull int[] inputIds, @NonNull int[] labels, @NonNull int[] documents) {

  /** Checks that the arrays agree. */
  public TokenRow {
    if (inputIds.length == 0
        || inputIds.length != labels.length
        || inputIds.length != documents.length) {
      throw new IllegalArgumentException(
          "A row needs at least one token and as many labels and document numbers: got %d, %d, %d."
              .formatted(inputIds.length, labels.length, documents.length));
    }
  }

  /**
   * A row that learns to continue: inputs are all ids but the last, labels all but the first.
   *
   * @param ids at least two
   * @param firstTarget index of the first id that counts as a label; those before it are context
   */
  public static TokenRow predicting(int[] ids, int firstTarget) {
    int[] labels = Arrays.copyOfRange(ids, 1, ids.length);
    Arrays.fill(labels, 0, Math.min(labels.length, Math.max(0, firstTarget - 1)), ignored());
    return new TokenRow(Arrays.copyOf(ids, ids.length - 1), labels, ones(labels.length));
  }

  /** A row that is only read, as for scoring: all ids are inputs, no label counts. */
  public static TokenRow reading(int[] ids) {
    int[] labels = new int[ids.length];
    Arrays.fill(labels, ignored());
    return new TokenRow(ids.clone(), labels, ones(ids.length));
  }

  /** One row from several; their document numbers go on counting. */
  static TokenRow packed(List<TokenRow> rows) {
    int length = rows.stream().mapToInt(TokenRow::length).sum();
    int[] inputIds = new int[length];
    int[] labels = new int[length];
    int[] documents = new int[length];
    int start = 0;
    int documentsBefore = 0;
    for (TokenRow row : rows) {
      System.arraycopy(row.inputIds, 0, inputIds, start, row.length());
      System.arraycopy(row.labels, 0, labels, start, row.length());
      for (int i = 0; i < row.length(); i++) {
        documents[start + i] = documentsBefore + row.documents[i];
      }
      start += row.length();
      documentsBefore += row.documents[row.length() - 1];
    }
    return new TokenRow(inputIds, labels, documents);
  }

  /** Number of tokens the model reads. */
  public int length() {
    return inputIds.length;
  }

  /** Number of labels that count. */
  public int targets() {
    return (int) Arrays.stream(labels).filter(label -> label != ignored()).count();
  }

  /** The first tokens of the row, {@code maximumLength} at most. */
  TokenRow truncated(int maximumLength) {
    return slice(0, Math.min(length(), maximumLength));
  }

  /** The row cut into pieces of {@code maximumLength} tokens; the last may be shorter. */
  List<TokenRow> windows(int maximumLength) {
    List<TokenRow> windows = new ArrayList<>();
    for (int start = 0; start < length(); start += maximumLength) {
      windows.add(slice(start, Math.min(length(), start + maximumLength)));
    }
    return windows;
  }

  private TokenRow slice(int from, int to) {
    return new TokenRow(
        Arrays.copyOfRange(inputIds, from, to),
        Arrays.copyOfRange(labels, from, to),
        Arrays.copyOfRange(documents, from, to));
  }

  private static int[] ones(int length) {
    int[] ones = new int[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int ignored() {
    return LanguageModel.IGNORED_LABEL;
  }
}
