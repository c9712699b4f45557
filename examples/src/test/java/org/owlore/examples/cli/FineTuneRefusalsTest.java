package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code owlore finetune} refuses, and how it says so. */
class FineTuneRefusalsTest extends FineTuneFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--gamma 9          | gamma is 9 but the model has only 3 layers",
        "--gamma 0          | gamma is 0",
        "--rank 0           | rank",
        "--refresh 0        | refresh interval",
        "--interval 0       | interval",
        "--steps 0          | 0 steps were asked for; it must be from 1 to 2147483647",
        "--steps 2147483648 | 2147483648 steps were asked for",
        "--epochs 0         | 0 steps were asked for",
        "--learning-rate 0  | The learning rate is 0.0; it must be above 0.",
        "--warmup-steps 99  | The warm-up takes 99 steps of a run of 1",
        "--batch-size 0     | The batch size is 0",
        "--weight-decay -1  | weight decay",
        "--epsilon 0        | epsilon",
        "--scale 0          | scale",
      })
  void nonsenseIsOneSentence(String arguments, String sentence) {
    finetune("owlore", (Object[]) arguments.split(" ")).failsWith(sentence);
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunAndWritesNoCheckpoint() throws IOException {
    Path broken = TinyModel.writeBroken(Files.createDirectory(folder.resolve("broken")));

    owlore("finetune", "--model", broken, "--data", data, "--method", "full", "--out", out)
        .failsWith("The loss is NaN at step 0");
    assertThat(out).doesNotExist();
  }

  @Test
  void aRunThatLosesItselfEnds() {
    finetune("full", "--steps", 50, "--learning-rate", 1e30, "--lr-schedule", "constant")
        .failsWith("lower the learning rate");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--device pretend:1                | pretend:1 is too old",
        "--device pretend:2                | There is no device pretend:2",
        "--device abacus                   | There is no device \"abacus\"",
        "--device pretend --precision fp8  | There is no precision \"fp8\"",
        "--precision bf16                  | The CPU computes in float32 always",
      })
  void aDeviceThatCannotBeUsedIsSaidBeforeAnythingIsLoaded(String arguments, String sentence) {
    Object[] start = {
      "finetune", "--model", "nowhere", "--data", "none", "--method", "full", "--out", out
    };
    owlore(Stream.of(start, arguments.split(" ")).flatMap(Arrays::stream).toArray())
        .failsWith(sentence);
  }

  @Test
  void scoresThatAreAllZeroAreOneSentence() {
    finetune("owlore").failsWith("All 3 layers have sampling weight 0");
  }

  @Test
  void theModelIsNotOverwritten() {
    owlore("finetune", "--model", model, "--data", data, "--method", "full", "--out", model)
        .failsWith("--out is the directory that the model comes from");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsSaidBeforeTheTraining() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    Path log = folder.resolve("log.jsonl");

    for (Path place : List.of(file, file.resolve("below"), folder)) {
      Object[] arguments = {"--model", model, "--data", data, "--method", "full", "--out", place};
      Run run =
          owlore(
              Stream.of(new Object[] {"finetune", "--log", log}, arguments)
                  .flatMap(Arrays::stream)
                  .toArray());
      run.failsWith("give a");
      assertThat(log).doesNotExist();
    }
  }

  @Test
  void aScheduleThatIsTooShortIsSaidBeforeTheTraining() throws IOException {
    Path schedule = Files.writeString(folder.resolve("schedule.json"), "[[0], [1]]");
    Path log = folder.resolve("log.jsonl");

    finetune("owlore", "--schedule", schedule, "--interval", 1, "--steps", 3, "--log", log)
        .failsWith("covers intervals 0 to 1 but interval 2 is asked for");
    assertThat(log).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[0, 1]", "null", "[null]", "[[0.7]]", "[[0]] [[1]]", "{}", "", "[[0]"})
  void aMalformedScheduleIsNamed(String json) throws IOException {
    Path schedule = Files.writeString(folder.resolve("schedule.json"), json);

    finetune("owlore", "--schedule", schedule)
        .failsWith("schedule.json is not a JSON array of arrays of layer numbers.");
  }

  @Test
  void aMissingScheduleIsNamed() {
    finetune("owlore", "--schedule", folder).failsWith("There is no schedule file");
  }

  @Test
  void unknownNamesAreWrongUsageAndTheKnownOnesAreListed() {
    Run run = finetune("lora");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("'lora' is not one of full, galore, lisa, lisa-d, owlore-full-rank, owlore");
    assertThat(finetune("full", "--epochs", 1, "--steps", 1).exitCode()).isEqualTo(2);
  }

  @Test
  void aProfileIsOfTheHostOnly() {
    finetune("full", "--device", "pretend:0", "--profile")
        .failsWith(
            "--profile takes the time of the host's steps: leave it out with --device pretend:0.");
  }
}
