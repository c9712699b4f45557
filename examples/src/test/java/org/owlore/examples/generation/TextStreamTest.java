package org.owlore.examples.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.examples.data.TinyTokenizer;
import org.owlore.examples.data.Tokenizer;
import org.owlore.testing.SharedData;

class TextStreamTest {
  @TempDir Path folder;

  @Test
  void eachTokenShowsWhatItAdds() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(TinyTokenizer.writeTo(folder))) {
      assertThat(pieces(tokenizer, "so", "so on")).containsExactly(" ", "o", "n", "");
    }
  }

  @Test
  void aCharacterOfSeveralTokensIsShownWhole() {
    try (Tokenizer tokenizer = Tokenizer.load(SharedData.require("data/stories260K"))) {
      assertThat(tokenizer.encode("a漢b")).hasSizeGreaterThan(tokenizer.encode("ab").length + 1);
      assertThat(pieces(tokenizer, "a", "a漢b")).contains("漢").doesNotContain("\ufffd");
    }
  }

  private static List<String> pieces(Tokenizer tokenizer, String prompt, String text) {
    int[] before = tokenizer.encode(prompt);
    int[] all = tokenizer.encode(text);
    List<String> pieces = new ArrayList<>();
    TextStream stream = new TextStream(tokenizer, before, pieces::add);
    for (int i = before.length; i < all.length; i++) {
      stream.add(all[i]);
    }
    stream.finish();
    assertThat(prompt + String.join("", pieces)).isEqualTo(text);
    return pieces;
  }
}
