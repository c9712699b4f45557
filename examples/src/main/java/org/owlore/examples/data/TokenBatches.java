package org.owlore.examples.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lombok.NonNull;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.finetune.Batch;
import org.owlore.finetune.BatchSource;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.ModelInput;

/**
 * Rows of tokens as batches, padded at their end.
 *
 * <p>A batch is as wide as its longest row, rounded up so that at most {@value #WIDTHS} widths
 * occur: each width costs the engine a plan of its own. Data whose rows all have one length is
 * never padded. See {@link #fitting} for models that fix the shape of a batch.
 */
public final class TokenBatches implements BatchSource {
  private static final int WIDTHS = 8;
  private static final int SMALLEST_WIDTH = 16;
  private static final int PADDING = 0;

  /** One token that counts, for a row of nothing but padding attends to nothing. */
  private static final TokenRow FILLER = TokenRow.reading(new int[] {PADDING});

  private final List<TokenRow> rows;
  private final RowOrder order;
  private final int longest;
  private final int widthStep;
  private final int fixedRows;

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
    this.fixedRows = 0;
  }

  private TokenBatches(List<TokenRow> rows, RowOrder order, int width, int widthStep, int fixed) {
    this.rows = rows;
    this.order = order;
    this.longest = width;
    this.widthStep = widthStep;
    this.fixedRows = fixed;
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

  /**
   * The same batches in the shape that a model fixes, if it does: rows padded to its one length,
   * and a batch with too few rows filled up with rows that hold no data.
   *
   * @param input what the model reads
   * @throws IllegalArgumentException if a row is longer than the model reads
   */
  public TokenBatches fitting(@NonNull ModelInput input) {
    if (longest > input.maximumLength()) {
      throw new IllegalArgumentException(
          "The longest row has %d tokens, but the model reads %d at most."
              .formatted(longest, input.maximumLength()));
    }
    return input.fixedLength()
        ? new TokenBatches(
            rows, order, input.maximumLength(), input.maximumLength(), input.fixedBatch())
        : new TokenBatches(rows, order, longest, widthStep, input.fixedBatch());
  }

  @Override
  public long stepsPerEpoch() {
    return order.stepsPerEpoch();
  }

  @Override
  public Batch batch(long step) {
    List<TokenRow> data = Arrays.stream(order.rows(step)).mapToObj(rows::get).toList();
    int fillers = fillers(data.size());
    List<TokenRow> batch =
        Stream.concat(data.stream(), Stream.generate(() -> FILLER).limit(fillers)).toList();
    int width = width(batch.stream().mapToInt(TokenRow::length).max().orElseThrow());
    int[][] inputIds = new int[batch.size()][];
    int[][] documents = new int[batch.size()][];
    int[][] labels = new int[batch.size()][];
    for (int i = 0; i < batch.size(); i++) {
      TokenRow row = batch.get(i);
      inputIds[i] = padded(row.inputIds(), width, PADDING);
      documents[i] = padded(row.documents(), width, 0);
      labels[i] = padded(row.labels(), width, LanguageModel.IGNORED_LABEL);
    }
    return new Batch(
        Map.of(
            LanguageModel.INPUT_IDS, Nd4j.createFromArray(inputIds),
            LanguageModel.ATTENTION_MASK, Nd4j.createFromArray(documents),
            LanguageModel.LABELS, Nd4j.createFromArray(labels)),
        data.stream().mapToLong(TokenRow::length).sum(),
        fillers);
  }

  private int fillers(int count) {
    if (fixedRows > 0 && count > fixedRows) {
      throw new IllegalArgumentException(
          "A batch of %d rows was asked for, but the model takes exactly %d."
              .formatted(count, fixedRows));
    }
    return fixedRows > 0 ? fixedRows - count : 0;
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
