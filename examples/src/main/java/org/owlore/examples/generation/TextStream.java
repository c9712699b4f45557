package org.owlore.examples.generation;

import java.util.Arrays;
import java.util.function.Consumer;
import lombok.NonNull;
import org.owlore.examples.data.Tokenizer;

/**
 * Turns tokens into text while they come. A character that is spread over several tokens is held
 * back until it is whole.
 */
public final class TextStream {
  private static final char INCOMPLETE = '\ufffd';

  private final Tokenizer tokenizer;
  private final Consumer<String> out;
  private int[] ids;
  private int shown;

  /**
   * Goes on from a prompt, which is not shown again.
   *
   * @param tokenizer knows the text of the tokens
   * @param prompt the ids before the first token
   * @param out gets each piece of text
   */
  public TextStream(
      @NonNull Tokenizer tokenizer, @NonNull int[] prompt, @NonNull Consumer<String> out) {
    this.tokenizer = tokenizer;
    this.out = out;
    this.ids = prompt.clone();
    this.shown = tokenizer.decode(prompt).length();
  }

  /** Shows what a token adds. */
  public void add(int id) {
    ids = Arrays.copyOf(ids, ids.length + 1);
    ids[ids.length - 1] = id;
    String text = tokenizer.decode(ids);
    if (text.length() > shown && text.charAt(text.length() - 1) != INCOMPLETE) {
      out.accept(text.substring(shown));
      shown = text.length();
    }
  }

  /** Shows what was held back. */
  public void finish() {
    String text = tokenizer.decode(ids);
    out.accept(text.substring(Math.min(shown, text.length())));
    shown = text.length();
  }
}
