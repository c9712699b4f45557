package org.owlore.examples.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import lombok.Builder;
import lombok.NonNull;
import org.owlore.examples.data.SpecialTokens;

/**
 * Continues a sequence of tokens until the model ends it, a number of tokens is written, or the
 * model's maximum length is reached.
 *
 * @param logits the model
 * @param sampler how the next token is chosen
 * @param specialTokens tells where to stop
 * @param maximumTokens how many tokens to write at most
 * @param maximumLength longest sequence the model reads, in tokens
 */
@Builder
public record TextGenerator(
    @NonNull NextTokenLogits logits,
    @NonNull TokenSampler sampler,
    @NonNull SpecialTokens specialTokens,
    int maximumTokens,
    int maximumLength) {

  /**
   * Checks the number of tokens.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public TextGenerator {
    if (maximumTokens < 1) {
      throw new IllegalArgumentException(
          "At most %d tokens are to be written; it must be at least 1.".formatted(maximumTokens));
    }
  }

  /**
   * Writes.
   *
   * @param prompt the ids to go on from
   * @param written hears of each token as soon as it is chosen
   * @return the written tokens, without the one that ends the text
   * @throws IllegalArgumentException if the prompt is empty or longer than the model reads
   */
  public int[] continueFrom(@NonNull int[] prompt, @NonNull IntConsumer written) {
    if (prompt.length == 0 || prompt.length > maximumLength) {
      throw new IllegalArgumentException(
          "The prompt has %d tokens, but the model reads 1 to %d."
              .formatted(prompt.length, maximumLength));
    }
    int room = maximumLength - prompt.length + 1;
    int[] ids = Arrays.copyOf(prompt, prompt.length + Math.min(maximumTokens, room));
    List<Integer> generated = new ArrayList<>();
    for (int length = prompt.length;
        generated.size() < maximumTokens && length <= maximumLength;
        length++) {
      int next = sampler.choose(logits.after(Arrays.copyOf(ids, length)));
      if (specialTokens.stops().contains(next)) {
        break;
      }
      ids[length] = next;
      generated.add(next);
      written.accept(next);
    }
    return generated.stream().mapToInt(Integer::intValue).toArray();
  }
}
