package org.owlore.examples.data;

import java.util.Arrays;
import java.util.OptionalInt;
import lombok.NonNull;

/**
 * Puts examples into tokens.
 *
 * <p>A document is {@code beginning text end}; an instruction is {@code beginning prompt answer
 * end}. The beginning is what the tokenizer itself adds, the end that of {@link SpecialTokens}.
 */
final class RowEncoder {
  private final Tokenizer tokenizer;
  private final PromptTemplate template;

  RowEncoder(@NonNull Tokenizer tokenizer, @NonNull PromptTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
  }

  void encode(Example example, RowCollector rows) {
    if (example instanceof Example.Document document) {
      rows.addDocument(ended(tokenizer.encode(document.text())));
    } else if (example instanceof Example.Instruction instruction) {
      int[] prompt = tokenizer.encode(template.prompt(instruction));
      int[] ids = ended(tokenizer.encode(template.complete(instruction)));
      // Where prompt and answer share a token, that token is learned: generation must write it.
      int mismatch = Arrays.mismatch(prompt, ids);
      rows.addRow(ids, mismatch < 0 ? ids.length : mismatch);
    }
  }

  private int[] ended(int[] ids) {
    OptionalInt end = tokenizer.specialTokens().end();
    if (end.isEmpty()) {
      return ids;
    }
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = end.getAsInt();
    return ended;
  }
}
