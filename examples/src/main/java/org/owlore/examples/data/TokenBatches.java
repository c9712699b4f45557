package org.owlore.examples.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lombok.NonNull;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.graph.LanguageModel;

/**
 * Rows of tokens as batches, padded at their end.
 *
 * <p>A batch is as wide as its longest row, rounded up so that at most {@value #WIDTHS} widths
 * occur: each width costs the engine a plan of its own. Data whose rows all have one length is
 * never padded.
 */
public final class TokenBatches implements BatchSource {
  private static final int WIDTHS = 8;
  private static final int SMALLEST_WIDTH = 16;
  private static final int PADDING = 0;

  private final List<TokenRow> rows;
  private final RowOrder order;
  private final int longest;
  private final int widthStep;

  /**
   * Batches of some rows.
   *
   * @param data the rows
   * @param order which of them make up the batch of a step
   */
  public TokenBatches(@NonNull TokenizedData data, @NonNull RowOrder order) {
    this.rows = data.rows();
    this.order = order;
    this.longest = rows.stream().mapToInt(TokenRow::length).max().orElseThrow();
    this.widthStep = roundUp((longest + WIDTHS - 1) / WIDTHS, SMALLEST_WIDTH);
  }

  /**
   * Every row once, for measuring; the last batch may be smaller.
   *
   * @param batchSize rows a batch, at least 1, else an IllegalArgumentException is thrown
   */
  public static TokenBatches once(@NonNull TokenizedData data, int batchSize) {
    int[] lengths = data.rows().stream().mapToInt(TokenRow::length).toArray();
    return new TokenBatches(data, RowOrder.once(lengths, batchSize));
  }

  /**
   * Epoch after epoch, each in an order of its own.
   *
   * @param batchSize rows a batch, at least 1, else an IllegalArgumentException is thrown
   * @param seed selects the orders
   */
  public static TokenBatches shuffled(@NonNull TokenizedData data, int batchSize, long seed) {
    return new TokenBatches(data, RowOrder.shuffled(data.rows().size(), batchSize, seed));
  }

  /**
   * Epoch after epoch in the order of the data: step s takes rows {@code (s * batchSize) mod rows}
   * onwards, and wraps around.
   *
   * @param batchSize rows a batch, at least 1, else an IllegalArgumentException is thrown
   */
  public static TokenBatches cyclic(@NonNull TokenizedData data, int batchSize) {
    return new TokenBatches(data, RowOrder.cyclic(data.rows().size(), batchSize));
  }

  @Override
  public long stepsPerEpoch() {
    return order.stepsPerEpoch();
  }

  @Override
  public Batch batch(long step) {
    List<TokenRow> batch = Arrays.stream(order.rows(step)).mapToObj(rows::get).toList();
    int width = width(batch.stream().mapToInt(TokenRow::length).max().orElseThrow());
    int[][] inputIds = new int[batch.size()][];
    int[][] documents = new int[batch.size()][];
    int[][] labels = new int[batch.size()][];
    long tokens = 0;
    for (int i = 0; i < batch.size(); i++) {
      TokenRow row = batch.get(i);
      inputIds[i] = padded(row.inputIds(), width, PADDING);
      documents[i] = padded(row.documents(), width, 0);
      labels[i] = padded(row.labels(), width, LanguageModel.IGNORED_LABEL);
      tokens += row.length();
    }
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, Nd4j.createFromArray(inputIds),
            LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(documents),
            LanguageModel.LABELS, Nd4j.createFromArray(labels)),
        tokens);
  }

  private int width(int length) {
    return Math.min(longest, roundUp(length, widthStep));
  }

  private static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  private static int[] padded(int[] values, int width, int filler) {
    int[] padded = Arrays.copyOf(values, width);
    Arrays.fill(padded, values.length, width, filler);
    return padded;
  }
}
