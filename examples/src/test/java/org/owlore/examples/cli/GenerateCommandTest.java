package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.testing.SharedData;

class GenerateCommandTest {
  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
  }

  @Test
  void theTextBeginsWithThePrompt() {
    Run run = owlore("generate", "--model", model, "--prompt", "a\\nb", "--max-tokens", 3);

    assertThat(run.succeeds().out()).startsWith("a\nb").endsWith(System.lineSeparator());
  }

  @Test
  void jsonHoldsPromptTextAndCount() throws IOException {
    Run run = owlore("generate", "--model", model, "--prompt", "ab", "--max-tokens", 5, "--json");

    JsonNode json = new ObjectMapper().readTree(run.succeeds().out());
    assertThat(json.get("prompt").asText()).isEqualTo("ab");
    assertThat(json.get("tokens").asInt()).isBetween(0, 5);
    assertThat(json.get("text").isTextual()).isTrue();
  }

  @Test
  void drawsDependOnTheSeedAlone() {
    assertThat(drawn(1)).isEqualTo(drawn(1)).isNotEqualTo(drawn(2));
  }

  @Test
  void mistakesAreOneSentence() {
    owlore("generate", "--model", model, "--prompt", "a", "--temperature", -1)
        .failsWith("The temperature is -1.0; it must be at least 0.");
    owlore("generate", "--model", model, "--prompt", "a", "--max-tokens", 0)
        .failsWith("it must be at least 1.");
    owlore("generate", "--model", model, "--prompt", "x".repeat(100))
        .failsWith("The prompt has 102 tokens, but the model reads 1 to 64.");
  }

  @Test
  void aModelThatComputesNoNumbersFails() throws IOException {
    Path broken = TinyModel.writeBroken(Files.createDirectory(folder.resolve("broken")));

    Run run = owlore("generate", "--model", broken, "--prompt", "a");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("logit NaN");
  }

  @Test
  void aTokenizerOfAnotherModelIsNoticed() throws IOException {
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replaceAll("\"a\" *: *\\d+", "\"a\":5000"));

    owlore("generate", "--model", model, "--prompt", "a", "--json")
        .failsWith("The prompt holds token 5000, but the model knows ids 0 to 100");
  }

  @Test
  void aRealModelTellsAStory() {
    Path stories = SharedData.require("data/stories260K");

    assertThat(
            owlore(
                    "generate",
                    "--model",
                    stories,
                    "--prompt",
                    "Once upon a time",
                    "--max-tokens",
                    20)
                .succeeds()
                .out())
        .startsWith("Once upon a time, there was a little girl named Lily.");
  }

  private String drawn(int seed) {
    return owlore(
            "generate",
            "--model",
            model,
            "--prompt",
            "a",
            "--temperature",
            1,
            "--max-tokens",
            20,
            "--seed",
            seed)
        .succeeds()
        .out();
  }
}
