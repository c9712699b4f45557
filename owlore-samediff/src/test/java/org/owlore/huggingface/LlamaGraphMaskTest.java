package org.owlore.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.graph.LanguageModel;

/** Who sees whom: padding, packed documents and sliding windows; and which labels count. */
class LlamaGraphMaskTest {
  private static final int[] DOCUMENT = {3, 1, 4, 1, 5, 9, 2, 6};
  private static final int[] OTHER = {7, 7, 2, 11, 8};
  private static final int IGNORED = LanguageModel.IGNORED_LABEL;

  private final LanguageModel model = TinyModels.random(TinyModels.llama().build(), 11);

  @Test
  void paddingOnTheRightChangesNothing() {
    INDArray padded = run(padRight(DOCUMENT, 13, 0), padRight(ones(DOCUMENT), 13, 0));

    assertSame(padded, 0, alone(DOCUMENT));
  }

  @Test
  void paddingOnTheLeftChangesNothing() {
    INDArray padded = run(padLeft(DOCUMENT, 13), padLeft(ones(DOCUMENT), 13));

    assertSame(padded, 5, alone(DOCUMENT));
  }

  @Test
  void whatStandsInThePaddingDoesNotMatter() {
    INDArray padded = run(padRight(DOCUMENT, 13, 17), padRight(ones(DOCUMENT), 13, 0));

    assertSame(padded, 0, alone(DOCUMENT));
  }

  @Test
  void rowsOfPaddingOnlyGiveFiniteNumbers() {
    assertThat(run(new int[9], new int[9]).isNaN().any()).isFalse();
  }

  @Test
  void packedDocumentsDoNotSeeEachOther() {
    int[] packed = concat(DOCUMENT, OTHER);
    int[] numbers = concat(ones(DOCUMENT), Arrays.stream(OTHER).map(i -> 2).toArray());

    INDArray logits = run(packed, numbers);

    assertSame(logits, 0, alone(DOCUMENT));
    assertSame(logits, DOCUMENT.length, alone(OTHER));
  }

  @Test
  void packingAndSlidingWindowsWorkTogether() {
    HuggingFaceConfig mistral =
        TinyModels.llama().architecture(Architecture.MISTRAL).slidingWindows(List.of(3, 3)).build();
    LanguageModel windowed = TinyModels.random(mistral, 12);
    NaiveLlama naive = new NaiveLlama(mistral, windowed);
    int[] numbers = concat(ones(DOCUMENT), Arrays.stream(OTHER).map(i -> 2).toArray());

    INDArray logits =
        TinyModels.logits(windowed, new int[][] {concat(DOCUMENT, OTHER)}, new int[][] {numbers});

    double[][] expected = naive.logits(OTHER);
    for (int t = 0; t < OTHER.length; t++) {
      assertThat(TinyModels.at(logits, 0, DOCUMENT.length + t))
          .containsExactly(expected[t], within(2e-5));
    }
  }

  @Test
  void theLossIsTheMeanOverLabelsThatCount() {
    int[] labels = {1, IGNORED, 4, 22, IGNORED, 0, 6, 2};

    double loss = loss(labels);

    double[][] logits = alone(DOCUMENT);
    double sum = 0;
    for (int t = 0; t < labels.length; t++) {
      sum += labels[t] == IGNORED ? 0 : crossEntropy(logits[t], labels[t]);
    }
    assertThat(loss).isCloseTo(sum / 6, within(1e-5));
  }

  @Test
  void tokenLossesAreZeroWhereTheLabelIsIgnored() {
    int[] labels = {1, IGNORED, 4, 22, IGNORED, 0, 6, 2};

    INDArray losses =
        TinyModels.output(
            model,
            new int[][] {DOCUMENT},
            new int[][] {ones(DOCUMENT)},
            new int[][] {labels},
            LlamaGraph.TOKEN_LOSSES);

    assertThat(losses.getDouble(1)).isZero();
    assertThat(losses.getDouble(4)).isZero();
    assertThat(losses.getDouble(3)).isCloseTo(crossEntropy(alone(DOCUMENT)[3], 22), within(1e-5));
  }

  @Test
  void withoutAnyLabelTheLossIsZero() {
    assertThat(loss(Arrays.stream(DOCUMENT).map(i -> IGNORED).toArray())).isZero();
  }

  private double loss(int[] labels) {
    return TinyModels.output(
            model,
            new int[][] {DOCUMENT},
            new int[][] {ones(DOCUMENT)},
            new int[][] {labels},
            model.loss())
        .getDouble(0);
  }

  private static double crossEntropy(double[] logits, int label) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Math.log(sum) - logits[label];
  }

  private INDArray run(int[] tokens, int[] documents) {
    return TinyModels.logits(model, new int[][] {tokens}, new int[][] {documents});
  }

  private double[][] alone(int[] tokens) {
    return new NaiveLlama(TinyModels.llama().build(), model).logits(tokens);
  }

  private static void assertSame(INDArray logits, int offset, double[][] expected) {
    for (int t = 0; t < expected.length; t++) {
      assertThat(TinyModels.at(logits, 0, offset + t)).containsExactly(expected[t], within(2e-5));
    }
  }

  private static int[] ones(int[] tokens) {
    return Arrays.stream(tokens).map(i -> 1).toArray();
  }

  private static int[] padRight(int[] row, int length, int value) {
    int[] padded = Arrays.copyOf(row, length);
    Arrays.fill(padded, row.length, length, value);
    return padded;
  }

  private static int[] padLeft(int[] row, int length) {
    return concat(new int[length - row.length], row);
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
