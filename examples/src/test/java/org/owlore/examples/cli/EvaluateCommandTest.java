package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.examples.data.TinyTokenizer;
import org.owlore.testing.SharedData;

class EvaluateCommandTest {
  @TempDir Path folder;

  @Test
  void aModelThatKnowsNothingIsAsPerplexedAsItsVocabularyIsLarge() throws IOException {
    Path model = TinyModel.writeUndecided(Files.createDirectory(folder.resolve("model")));
    Path data =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"question\":\"2+2\",\"answer\":\"4\"}\n{\"question\":\"1\",\"answer\":\"one\"}\n");

    JsonNode result = json(owlore("evaluate", "--model", model, "--data", data, "--json"));

    assertThat(result.get("perplexity").asDouble()).isEqualTo(TinyTokenizer.SIZE, within(1e-3));
    assertThat(result.get("answersOnly").asBoolean()).isTrue();
    assertThat(result.get("tokens").asInt()).isEqualTo(" 4".length() + " one".length() + 2);
  }

  @Test
  void theBatchSizeDoesNotMatter() throws IOException {
    Path model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    Path data =
        Files.writeString(
            folder.resolve("a.txt"), "One.<|endoftext|>A longer one.<|endoftext|>The third.");

    double three = loss(owlore("evaluate", "--model", model, "--data", data, "--json"));
    double one =
        loss(owlore("evaluate", "--model", model, "--data", data, "--json", "--batch-size", 2));

    assertThat(one).isEqualTo(three, within(1e-5));
  }

  @Test
  void aModelIsComputedOnTheDeviceThatIsAskedFor() throws IOException {
    Path model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    Path data = Files.writeString(folder.resolve("a.txt"), "A story of some length.");
    String[] text = {"generate", "--prompt", "A", "--max-tokens", "2", "--model", model.toString()};

    double here = loss(owlore("evaluate", "--model", model, "--data", data, "--json"));
    double there =
        loss(owlore("evaluate", "--model", model, "--data", data, "--json", "--device", "pretend"));

    assertThat(there).isEqualTo(here);
    assertThat(owlore(with(text, "--device", "pretend")).out())
        .isEqualTo(owlore((Object[]) text).out());
    assertThat(scores(model, data, "pretend")).isEqualTo(scores(model, data, "cpu"));
    owlore("evaluate", "--model", "nowhere", "--data", data, "--device", "pretend:1")
        .failsWith("pretend:1 is too old: take pretend:0.");
    owlore(with(text, "--device", "abacus")).failsWith("There is no device \"abacus\"");
  }

  private static String scores(Path model, Path data, String device) {
    Path out = data.resolveSibling("scores.json");
    return owlore("scores", "--model", model, "--data", data, "--out", out, "--device", device)
        .succeeds()
        .out();
  }

  private static Object[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
  }

  @Test
  void weightsAreStoredNarrowOnRequest() throws IOException {
    Path model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    Path data = Files.writeString(folder.resolve("a.txt"), "A story of some length.");

    double wide = loss(owlore("evaluate", "--model", model, "--data", data, "--json"));
    Run run = owlore("evaluate", "--model", model, "--data", data, "--json", "--weights", "bf16");

    assertThat(run.err()).contains("The weights of " + model + " are rounded to bf16 in memory.");
    assertThat(loss(run)).isEqualTo(wide, within(1e-2)).isNotEqualTo(wide);
    owlore("generate", "--model", model, "--prompt", "A", "--max-tokens", 2, "--weights", "f16")
        .succeeds();
    owlore(
            "scores",
            "--model",
            model,
            "--data",
            data,
            "--weights",
            "bf16",
            "--out",
            folder.resolve("scores.json"))
        .succeeds();
  }

  @Test
  void forPeopleTheResultIsASentence() throws IOException {
    Path model = TinyModel.writeUndecided(Files.createDirectory(folder.resolve("model")));
    Path data = Files.writeString(folder.resolve("a.txt"), "Hello.");

    assertThat(owlore("evaluate", "--model", model, "--data", data).succeeds().out())
        .isEqualToIgnoringNewLines("perplexity 101.0000, loss 4.61512 nats a token, over 8 tokens");
  }

  @Test
  void mistakesAreOneSentence() throws IOException {
    Path model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    Path data = Files.writeString(folder.resolve("a.txt"), "Hello.");

    owlore("evaluate", "--model", model, "--data", data, "--batch-size", 0)
        .failsWith("The batch size is 0; it must be at least 1.");
    owlore("evaluate", "--model", model, "--data", data, "--max-length", 65)
        .failsWith("--max-length is 65, but the model reads 64 tokens at most.");
    Files.delete(model.resolve("tokenizer.json"));
    owlore("evaluate", "--model", model, "--data", data).failsWith("has no tokenizer.json");
  }

  @Test
  void aLossThatIsNoNumberIsAFailure() throws IOException {
    Path broken = TinyModel.writeBroken(Files.createDirectory(folder.resolve("broken")));
    Path data = Files.writeString(folder.resolve("a.txt"), "Hello.");

    owlore("evaluate", "--model", broken, "--data", data, "--json").failsWith("broken is NaN");
  }

  @Test
  void aTextAndAPairOfFieldsExcludeEachOther() throws IOException {
    Run run =
        owlore(
            "evaluate",
            "--model",
            "m",
            "--data",
            "d",
            "--text-field",
            "t",
            "--prompt-field",
            "p",
            "--answer-field",
            "a");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(owlore("evaluate", "--model", "m", "--data", "d", "--prompt-field", "p").exitCode())
        .isEqualTo(2);
  }

  @Test
  void chosenFieldsAndTemplatesAreUsed() throws IOException {
    Path model = TinyModel.writeUndecided(Files.createDirectory(folder.resolve("model")));
    Path data = Files.writeString(folder.resolve("a.jsonl"), "{\"q\":\"x\",\"a\":\"yes\"}\n");

    JsonNode result =
        json(
            owlore(
                "evaluate",
                "--model",
                model,
                "--data",
                data,
                "--json",
                "--prompt-field",
                "q",
                "--answer-field",
                "a",
                "--prompt-template",
                "{prompt}\\n"));

    assertThat(result.get("tokens").asInt()).isEqualTo("yes".length() + 1);
  }

  @Test
  void aRealModelKnowsItsStories() {
    Path model = SharedData.require("data/stories260K");
    Path data = SharedData.require("golden/forward/tokens.npy");

    assertThat(loss(owlore("evaluate", "--model", model, "--data", data, "--json")))
        .isEqualTo(
            SharedData.json("golden/forward/loss.json").get("loss").asDouble(), within(1e-5));
  }

  private static double loss(Run run) {
    return json(run).get("loss").asDouble();
  }

  private static JsonNode json(Run run) {
    try {
      return new ObjectMapper().readTree(run.succeeds().out());
    } catch (IOException e) {
      throw new AssertionError(run.out(), e);
    }
  }
}
