package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.owlore.graph.LanguageModel.ATTENTION_MASK;
import static org.owlore.graph.LanguageModel.IGNORED_LABEL;
import static org.owlore.graph.LanguageModel.INPUT_IDS;
import static org.owlore.graph.LanguageModel.LABELS;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.owlore.finetune.Batch;
import org.owlore.graph.ModelInput;

class TokenBatchesTest {

  @Test
  void shortRowsArePaddedAndPaddingDoesNotCount() {
    TokenizedData data = data(TokenRow.predicting(new int[] {1, 5, 6, 2}, 2), row(17));

    try (Batch batch = new TokenBatches(data, RowOrder.cyclic(2, 2)).batch(0)) {
      assertThat(batch.placeholders().values())
          .allMatch(array -> array.dataType() == DataType.INT32);
      assertThat(batch.placeholders().get(INPUT_IDS).shape()).containsExactly(2, 17);
      assertThat(firstRow(batch, INPUT_IDS)).startsWith(1, 5, 6, 0).endsWith(0);
      assertThat(firstRow(batch, ATTENTION_MASK)).startsWith(1, 1, 1, 0).endsWith(0);
      assertThat(firstRow(batch, LABELS))
          .startsWith(IGNORED_LABEL, 6, 2, IGNORED_LABEL)
          .endsWith(IGNORED_LABEL);
      assertThat(batch.tokens()).isEqualTo(3 + 17);
    }
  }

  @Test
  void rowsOfOneLengthAreNeverPadded() {
    try (Batch batch = new TokenBatches(data(row(70), row(70)), RowOrder.cyclic(2, 2)).batch(0)) {
      assertThat(batch.placeholders().get(LABELS).shape()).containsExactly(2, 70);
    }
  }

  @Test
  void fewWidthsOccur() {
    TokenRow[] rows =
        IntStream.rangeClosed(1, 500).mapToObj(TokenBatchesTest::row).toArray(TokenRow[]::new);
    TokenBatches batches = new TokenBatches(data(rows), RowOrder.cyclic(500, 1));

    List<Long> widths =
        LongStream.range(0, 500).map(step -> width(batches, step)).distinct().boxed().toList();

    assertThat(widths).containsExactly(64L, 128L, 192L, 256L, 320L, 384L, 448L, 500L);
  }

  @Test
  void rowsArePaddedToTheLengthThatTheModelFixes() {
    ModelInput input = ModelInput.builder().maximumLength(24).fixedLength(true).build();

    try (Batch batch =
        new TokenBatches(data(row(4)), RowOrder.cyclic(1, 1)).fitting(input).batch(0)) {
      assertThat(batch.placeholders().get(INPUT_IDS).shape()).containsExactly(1, 24);
      assertThat(batch.tokens()).isEqualTo(4);
      assertThat(batch.fillers()).isZero();
    }
  }

  @Test
  void aSmallerBatchIsFilledUpWithRowsWithoutLabels() {
    ModelInput input = ModelInput.builder().maximumLength(24).fixedBatch(3).build();
    TokenBatches batches = TokenBatches.once(data(row(4), row(5), row(6), row(7)), 3);

    try (Batch batch = batches.fitting(input).batch(1)) {
      assertThat(batch.placeholders().get(INPUT_IDS).shape()).containsExactly(3, 7);
      assertThat(batch.placeholders().get(LABELS).getRow(2).toIntVector())
          .containsOnly(IGNORED_LABEL);
      assertThat(batch.placeholders().get(ATTENTION_MASK).getRow(2).toIntVector())
          .containsExactly(1, 0, 0, 0, 0, 0, 0);
      assertThat(batch.fillers()).isEqualTo(2);
      assertThat(batch.tokens()).isEqualTo(4);
    }
  }

  @Test
  void moreRowsThanTheModelFixesAreRefused() {
    ModelInput input = ModelInput.builder().maximumLength(24).fixedBatch(1).build();
    TokenBatches batches = TokenBatches.once(data(row(4), row(5)), 2).fitting(input);

    assertThatThrownBy(() -> batches.batch(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A batch of 2 rows was asked for, but the model takes exactly 1.");
  }

  @Test
  void rowsLongerThanTheModelReadsAreRefused() {
    ModelInput input = ModelInput.builder().maximumLength(4).build();
    TokenBatches batches = TokenBatches.once(data(row(5)), 1);

    assertThatThrownBy(() -> batches.fitting(input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The longest row has 5 tokens, but the model reads 4 at most.");
  }

  @Test
  void theCallerMayCloseABatch() {
    Batch batch = new TokenBatches(data(row(4)), RowOrder.cyclic(1, 1)).batch(0);
    batch.close();

    assertThat(batch.placeholders().values()).allMatch(array -> array.wasClosed());
  }

  private static long width(TokenBatches batches, long step) {
    try (Batch batch = batches.batch(step)) {
      return batch.placeholders().get(INPUT_IDS).size(1);
    }
  }

  private static int[] firstRow(Batch batch, String placeholder) {
    return batch.placeholders().get(placeholder).getRow(0).toIntVector();
  }

  private static TokenizedData data(TokenRow... rows) {
    return new TokenizedData(List.of(rows), rows.length, 0, 0);
  }

  private static TokenRow row(int length) {
    return TokenRow.predicting(IntStream.rangeClosed(1, length + 1).toArray(), 1);
  }
}
