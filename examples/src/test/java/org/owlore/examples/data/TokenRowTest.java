package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.owlore.graph.LanguageModel.IGNORED_LABEL;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenRowTest {

  @Test
  void eachPositionPredictsTheNextToken() {
    TokenRow row = TokenRow.predicting(new int[] {1, 5, 6, 7}, 1);

    assertThat(row.inputIds()).containsExactly(1, 5, 6);
    assertThat(row.labels()).containsExactly(5, 6, 7);
    assertThat(row.documents()).containsExactly(1, 1, 1);
  }

  @Test
  void contextIsNotLearned() {
    TokenRow row = TokenRow.predicting(new int[] {1, 5, 6, 7, 2}, 3);

    assertThat(row.labels()).containsExactly(IGNORED_LABEL, IGNORED_LABEL, 7, 2);
    assertThat(row.targets()).isEqualTo(2);
  }

  @Test
  void aRowThatIsOnlyReadHasAllTokensAndNoLabel() {
    TokenRow row = TokenRow.reading(new int[] {1, 5, 6});

    assertThat(row.inputIds()).containsExactly(1, 5, 6);
    assertThat(row.targets()).isZero();
  }

  @Test
  void windowsPredictEveryTokenOnce() {
    List<TokenRow> windows = TokenRow.predicting(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 1).windows(3);

    assertThat(windows)
        .extracting(TokenRow::inputIds)
        .containsExactly(new int[] {1, 2, 3}, new int[] {4, 5, 6}, new int[] {7});
    assertThat(windows)
        .extracting(TokenRow::labels)
        .containsExactly(new int[] {2, 3, 4}, new int[] {5, 6, 7}, new int[] {8});
  }

  @Test
  void packedRowsKeepTheirDocumentsApart() {
    List<TokenRow> rows =
        List.of(
            TokenRow.predicting(new int[] {1, 5, 2}, 1),
            TokenRow.predicting(new int[] {1, 6, 7, 2}, 2),
            TokenRow.predicting(new int[] {1, 8}, 1));

    List<TokenRow> packed = Packing.pack(rows, 5);

    assertThat(packed).hasSize(2);
    assertThat(packed.get(0).inputIds()).containsExactly(1, 5, 1, 6, 7);
    assertThat(packed.get(0).labels()).containsExactly(5, 2, IGNORED_LABEL, 7, 2);
    assertThat(packed.get(0).documents()).containsExactly(1, 1, 2, 2, 2);
    assertThat(packed.get(1).documents()).containsExactly(1);
  }

  @Test
  void rowsOfUnequalPartsAreRefused() {
    assertThatThrownBy(() -> new TokenRow(new int[2], new int[1], new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 2, 1, 2");
  }
}
