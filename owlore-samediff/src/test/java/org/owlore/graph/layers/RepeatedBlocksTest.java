package org.owlore.graph.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatedBlocksTest {

  /** A letter is a segment; capitals are branches; only {@code x} and {@code .} have no weights. */
  private static List<Segment> segments(String letters) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      long weights = letter == 'x' || letter == '.' ? 0 : Character.isUpperCase(letter) ? 100 : 1;
      segments.add(new Segment(i, i + 1, letter, weights, Character.isUpperCase(letter)));
    }
    return segments;
  }

  private static String found(String letters) {
    return RepeatedBlocks.find(segments(letters))
        .map(
            run ->
                letters.substring(run.start(), run.start() + run.period())
                    + " x "
                    + run.count()
                    + " at "
                    + run.start())
        .orElse("nothing");
  }

  @Test
  void attentionAndFeedForwardInTurnAreOneBlock() {
    assertThat(found("eAMAMAMnh")).isEqualTo("AM x 3 at 1");
  }

  @Test
  void attentionAndFeedForwardSideBySideAreOneBlock() {
    assertThat(found("ePPPPnh")).isEqualTo("P x 4 at 1");
  }

  @Test
  void aNormInTheEmbeddingIsNoPartOfThePostNormBlockBehindIt() {
    assertThat(found("elnAlnMlnAlnMlnAlnMlndglnh")).isEqualTo("AlnMln x 3 at 3");
  }

  @Test
  void theSmallestBlockWins() {
    assertThat(found("eAMAMAMAMh")).isEqualTo("AM x 4 at 1");
  }

  @Test
  void theRunWithTheMostWeightsWins() {
    assertThat(found("abababABABcdcdcdcdcd")).isEqualTo("AB x 2 at 6");
  }

  @Test
  void anIncompleteBlockAtTheEndDoesNotCount() {
    assertThat(found("eAMAMAh")).isEqualTo("AM x 2 at 1");
  }

  @Test
  void whatRepeatsWithoutWeightsIsNoBlock() {
    assertThat(found("ex.x.x.h")).isEqualTo("nothing");
  }

  @Test
  void whatDoesNotRepeatIsNoBlock() {
    assertThat(found("eAMnh")).isEqualTo("nothing");
    assertThat(found("")).isEqualTo("nothing");
  }

  @Test
  void aVariableIsOfABlockIfItIsUsedThereOnly() {
    List<Segment> segments = segments("eAMAMn");
    RepeatedBlocks run = RepeatedBlocks.find(segments).orElseThrow();

    assertThat(run.onlyBlock(segments, List.of(2, 3))).contains(0);
    assertThat(run.onlyBlock(segments, List.of(4))).contains(1);
    assertThat(run.onlyBlock(segments, List.of(3, 4))).isEmpty();
    assertThat(run.onlyBlock(segments, List.of(1))).isEmpty();
    assertThat(run.onlyBlock(segments, List.of(6))).isEmpty();
  }
}
