package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.finetune.Batch;
import org.owlore.graph.LanguageModel;

class WorkloadTest {

  @Test
  void batchesAreRandomTokensOfTheVocabularyAndRepeatable() {
    Workload workload = new Workload(BenchmarkModel.TINY, 3, 5, 4, 1);
    try (Batch first = workload.batches().batch(0);
        Batch again = workload.batches().batch(0);
        Batch next = workload.batches().batch(1)) {
      INDArray ids = first.placeholders().get(LanguageModel.INPUT_IDS);

      assertThat(ids.shape()).containsExactly(3, 5);
      assertThat(Arrays.stream(ids.reshape(15).toIntVector()))
          .allMatch(id -> id >= 0 && id < BenchmarkModel.TINY.vocabulary());
      assertThat(again.placeholders()).isEqualTo(first.placeholders());
      assertThat(next.placeholders()).isNotEqualTo(first.placeholders());
      assertThat(first.tokens()).isEqualTo(15);
    }
  }

  @Test
  void theModelHasTheShapeThatItsNamePromises() {
    Workload workload =
        new Workload(BenchmarkModel.S, BenchmarkModel.S.batch(), BenchmarkModel.S.length(), 1, 2);

    assertThat(workload.describe())
        .isEqualTo(
            "model S (8 blocks, hidden 512, MLP 1376, 8 heads, vocabulary 4096), batch 4 x 128");
    assertThat(new Workload(BenchmarkModel.TINY, 1, 1, 1, 1).build().layers().size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0;1;1;1;The rows of a batch must be at least 1, but it is 0.",
        "1;4097;1;1;The tokens of a row must be from 1 to 4096, but it is 4097.",
        "1;1;0;1;The rank must be at least 1, but it is 0.",
        "1;1;1;3;The blocks at a time must be from 1 to 2, but it is 3.",
      })
  void nonsenseIsRefused(int batch, int length, int rank, int gamma, String sentence) {
    assertThatThrownBy(() -> new Workload(BenchmarkModel.TINY, batch, length, rank, gamma))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }
}
