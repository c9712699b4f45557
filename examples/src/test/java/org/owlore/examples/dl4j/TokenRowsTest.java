package org.owlore.examples.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.MultiDataSet;

class TokenRowsTest {

  @Test
  void labelSaysWhetherMoreTokensAreOfTheUpperHalf() {
    MultiDataSet batch =
        TokenRows.upperHalf(10, 7, 2, 7).batches(1, 50, new SplittableRandom(1)).get(0);

    for (int row = 0; row < 50; row++) {
      int upper = 0;
      for (int i = 2; i < 7; i++) {
        upper += batch.getFeatures(0).getInt(row, i) >= 5 ? 1 : 0;
      }
      assertThat(batch.getLabels(0).getInt(row, 1)).isEqualTo(upper >= 3 ? 1 : 0);
      assertThat(batch.getLabels(0).getInt(row, 0)).isEqualTo(upper >= 3 ? 0 : 1);
    }
  }

  @Test
  void positionsCount() {
    MultiDataSet batch =
        TokenRows.upperHalf(10, 4, 0, 4).batches(1, 2, new SplittableRandom(1)).get(0);

    assertThat(batch.getFeatures(1).toIntMatrix())
        .isDeepEqualTo(new int[][] {{0, 1, 2, 3}, {0, 1, 2, 3}});
  }
}
