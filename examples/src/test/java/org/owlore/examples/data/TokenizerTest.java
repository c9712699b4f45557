package org.owlore.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.owlore.testing.SharedData;

class TokenizerTest {
  @TempDir Path checkpoint;

  @BeforeEach
  void writeTokenizer() throws IOException {
    TinyTokenizer.writeTo(checkpoint);
  }

  @Test
  void idsBeginAsTheTokenizerSaysAndHaveNoEnd() {
    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      assertThat(tokenizer.encode("AB")).containsExactly(1, 99, 3 + 'A' - ' ', 3 + 'B' - ' ');
    }
  }

  @Test
  void decodingGivesTheTextBack() {
    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      String text = "A lower tower,\n  2 + 2 = 4!";
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  @Test
  void anEndThatTheTokenizerAddsItselfIsLeftOut() throws IOException {
    Map<String, Object> both =
        Map.of(
            "type",
            "TemplateProcessing",
            "single",
            List.of(
                TinyTokenizer.token("<s>"),
                Map.of("Sequence", Map.of("id", "A", "type_id", 0)),
                TinyTokenizer.token("</s>")),
            "pair",
            List.of(Map.of("Sequence", Map.of("id", "A", "type_id", 0))),
            "special_tokens",
            Map.of(
                "<s>", Map.of("id", "<s>", "ids", List.of(1), "tokens", List.of("<s>")),
                "</s>", Map.of("id", "</s>", "ids", List.of(2), "tokens", List.of("</s>"))));
    change("post_processor", both);

    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      assertThat(tokenizer.encode("A")).containsExactly(1, 99, 3 + 'A' - ' ');
      assertThat(tokenizer.encode("A</s>")).containsExactly(1, 99, 3 + 'A' - ' ', 2);
    }
  }

  @Test
  void truncationAndPaddingOfTheFileAreIgnored() throws IOException {
    change(
        "truncation",
        Map.of("direction", "Right", "max_length", 2, "strategy", "LongestFirst", "stride", 0));

    try (Tokenizer tokenizer = Tokenizer.load(checkpoint)) {
      assertThat(tokenizer.encode("ABCDE")).hasSize(7);
    }
  }

  @Test
  void anAbsentTokenizerIsSaidInOneSentence() throws IOException {
    Files.delete(checkpoint.resolve("tokenizer.json"));

    assertThatThrownBy(() -> Tokenizer.load(checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            checkpoint
                + " has no tokenizer.json: text needs the model's tokenizer, so copy that file"
                + " there, or name it with --tokenizer.");
  }

  @Test
  void aMalformedTokenizerIsSaidWithItsFile() throws IOException {
    Files.writeString(checkpoint.resolve("tokenizer.json"), "{\"model\": 5}");

    assertThatThrownBy(() -> Tokenizer.load(checkpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer.json cannot be loaded as a Hugging Face tokenizer");
  }

  @Test
  void aMalformedFileBesideTheTokenizerIsTheOneThatIsNamed() throws IOException {
    Files.writeString(checkpoint.resolve("generation_config.json"), "{");

    assertThatThrownBy(() -> Tokenizer.load(checkpoint))
        .hasMessageMatching("\\S*generation_config\\.json is not readable JSON\\.");
  }

  @Test
  void realTextGetsTheIdsOfTheReferenceImplementation() {
    Path stories = SharedData.require("data/stories260K");
    try (Tokenizer tokenizer = Tokenizer.load(stories)) {
      for (JsonNode sample : SharedData.json("data/stories260K/tokenization.json")) {
        int[] expected =
            IntStream.range(0, sample.get("ids").size())
                .map(i -> sample.get("ids").get(i).asInt())
                .toArray();
        String text = sample.get("text").asText();
        assertThat(tokenizer.encode(text)).containsExactly(expected);
        assertThat(tokenizer.decode(expected)).isEqualTo(text);
      }
    }
  }

  private void change(String field, Object value) throws IOException {
    Map<String, Object> json = new HashMap<>(TinyTokenizer.json());
    json.put(field, value);
    new ObjectMapper().writeValue(checkpoint.resolve("tokenizer.json").toFile(), json);
  }
}
