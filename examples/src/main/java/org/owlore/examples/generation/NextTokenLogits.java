package org.owlore.examples.generation;

/** What a model thinks of each token as the next one. */
@FunctionalInterface
public interface NextTokenLogits {

  /**
   * The logits of the token that follows.
   *
   * @param ids the text so far, at least one token
   * @return one number for each id of the vocabulary
   */
  float[] after(int[] ids);
}
