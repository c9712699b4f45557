package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.examples.benchmark.FakeTwin;

/** The command as people use it: it runs in a Java machine of its own. */
class StepBenchmarkCommandTest {

  @TempDir private Path folder;

  private static Run step(Object... more) {
    Object[] tiny = {"benchmark", "step", "--model", "tiny", "--rounds", 1, "--warm-up", 1};
    return owlore(Stream.concat(Stream.of(tiny), Stream.of(more)).toArray());
  }

  @Test
  void stepsOfAllAreTimedByTurns() throws IOException {
    Path file = folder.resolve("results/step.json");

    Run run =
        step(
                "--against",
                "stock,pytorch",
                "--python",
                FakeTwin.INTERPRETER,
                "--twin",
                FakeTwin.write(folder),
                "--threads",
                1,
                "--gamma",
                1,
                "--json",
                file)
            .succeeds();

    assertThat(run.out())
        .startsWith("model TINY (2 blocks, ")
        .containsPattern("threads: 1\\R")
        .contains("pytorch: torch 0.0 (fake)")
        .containsPattern("full +stock +\\d")
        .containsPattern("owlore lisa / pytorch lisa +\\d")
        .doesNotContain("differentiated");
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("laps")).hasSize(2 * (4 + 3 + 3));
    assertThat(Files.readAllLines(FakeTwin.notes(folder)).get(0))
        .contains("--methods full,lisa,owlore --threads 1 ");
    assertThat(Files.readAllLines(FakeTwin.notes(folder)).get(2)).matches("lisa [01]");
  }

  @Test
  void aTwinThatDiesIsOneSentence() throws IOException {
    Path twin = FakeTwin.script(folder, "echo torch; read line; echo Killed >&2; exit 9");

    Run run = step("--against", "pytorch", "--python", FakeTwin.INTERPRETER, "--twin", twin);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("owlore: PyTorch failed at \"full\" (sh ")
        .contains("), saying \"Killed\": run that command by hand");
  }

  @Test
  void aMissingPythonIsOneSentence() throws IOException {
    step("--against", "pytorch", "--python", "no-python", "--twin", FakeTwin.write(folder))
        .failsWith("The PyTorch twin cannot be started: \"no-python\" is no program");
  }

  @ParameterizedTest
  @CsvSource({
    "--threads 0,--threads is 0; it must be at least 1.",
    "--interval 0,1 between draws",
    "--gamma 9,The blocks at a time must be from 1 to 2",
    "--length 0,The tokens of a row must be from 1",
  })
  void nonsenseIsOneSentence(String arguments, String sentence) {
    step((Object[]) arguments.split(" ")).failsWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--model xl;'xl' is not one of tiny, s, m",
        "--methods full,galore;'galore' is not one of full, lisa, owlore",
        "--against jax;'jax' is not one of stock, pytorch",
        "--threads two;'two' is not an int",
      })
  void unknownNamesAreWrongUsageAndTheKnownOnesAreListed(String arguments, String sentence) {
    Run run = step((Object[]) arguments.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(sentence).contains("Try 'owlore benchmark step --help'.");
  }
}
