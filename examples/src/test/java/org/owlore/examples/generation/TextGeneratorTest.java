package org.owlore.examples.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.owlore.examples.data.SpecialTokens;

class TextGeneratorTest {
  private static final int END = 9;

  /** Thinks that the next token is one more than the last. */
  private static final NextTokenLogits COUNTING =
      ids -> {
        float[] logits = new float[10];
        logits[Math.min(9, ids[ids.length - 1] + 1)] = 1;
        return logits;
      };

  @Test
  void eachTokenDependsOnTheOnesBefore() {
    List<Integer> heard = new ArrayList<>();

    assertThat(generator(3, 50).continueFrom(new int[] {7, 1}, heard::add))
        .containsExactly(2, 3, 4);
    assertThat(heard).containsExactly(2, 3, 4);
  }

  @Test
  void theEndIsNotPartOfTheText() {
    assertThat(generator(20, 50).continueFrom(new int[] {6}, id -> {})).containsExactly(7, 8);
  }

  @Test
  void theModelIsNeverGivenMoreThanItReads() {
    assertThat(generator(20, 3).continueFrom(new int[] {1, 2}, id -> {})).containsExactly(3, 4);
    assertThat(generator(Integer.MAX_VALUE, 3).continueFrom(new int[] {1, 2}, id -> {}))
        .containsExactly(3, 4);
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertThatThrownBy(() -> generator(0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("At most 0 tokens are to be written; it must be at least 1.");
    assertThatThrownBy(() -> generator(1, 5).continueFrom(new int[0], id -> {}))
        .hasMessage("The prompt has 0 tokens, but the model reads 1 to 5.");
    assertThatThrownBy(() -> generator(1, 5).continueFrom(new int[6], id -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TextGenerator generator(int maximumTokens, int maximumLength) {
    return TextGenerator.builder()
        .logits(COUNTING)
        .sampler(new TokenSampler(0, 0))
        .specialTokens(new SpecialTokens(OptionalInt.of(END), Set.of(END)))
        .maximumTokens(maximumTokens)
        .maximumLength(maximumLength)
        .build();
  }
}
