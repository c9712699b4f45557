package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecialTokensTest {
  @TempDir Path checkpoint;

  @Test
  void theEndIsTheOneTheTokenizerConfigurationNames() throws IOException {
    write("tokenizer.json", "{\"added_tokens\": [{\"id\": 7, \"content\": \"<end>\"}]}");
    write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<end>\"}}");
    write("config.json", "{\"eos_token_id\": [8, 9]}");
    write("generation_config.json", "{\"eos_token_id\": 10}");

    SpecialTokens tokens = SpecialTokens.read(checkpoint);

    assertThat(tokens.end()).hasValue(7);
    assertThat(tokens.stops()).containsExactlyInAnyOrder(7, 8, 9, 10);
  }

  @Test
  void theModelConfigurationStandsInWhereTheTokenizerHasNone() throws IOException {
    write("config.json", "{\"eos_token_id\": [8, 9]}");

    assertThat(SpecialTokens.read(checkpoint).end()).hasValue(8);
  }

  @Test
  void aCheckpointMayHaveNoEnd() {
    assertThat(SpecialTokens.read(checkpoint).end()).isEmpty();
    assertThat(SpecialTokens.read(checkpoint).stops()).isEmpty();
  }

  @Test
  void aBrokenFileIsNamed() throws IOException {
    write("config.json", "{");

    assertThatThrownBy(() -> SpecialTokens.read(checkpoint))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching(".*config\\.json is not readable JSON\\.");
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(checkpoint.resolve(name), json);
  }
}
