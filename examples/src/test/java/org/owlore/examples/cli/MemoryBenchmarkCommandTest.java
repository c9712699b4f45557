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
class MemoryBenchmarkCommandTest {

  @TempDir private Path folder;

  private static Run memory(Object... more) {
    Object[] tiny = {"benchmark", "memory", "--model", "tiny", "--early", 2, "--gamma", 1};
    return owlore(Stream.concat(Stream.of(tiny), Stream.of(more)).toArray());
  }

  @Test
  void memoryIsComparedEarlyAndLateAndWithPyTorch() throws IOException {
    Path file = folder.resolve("memory.json");

    Run run =
        memory(
                "--steps",
                4,
                "--interval",
                2,
                "--against",
                "pytorch",
                "--python",
                FakeTwin.INTERPRETER,
                "--twin",
                FakeTwin.write(folder),
                "--json",
                file)
            .succeeds();

    assertThat(run.out())
        .contains("batch 2 x 16, owlore")
        .contains("pytorch: torch 0.0 (fake)")
        .containsPattern("MB +step 2 +step 4")
        .containsPattern("resident, late / early: ");
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("pytorch").asText()).isEqualTo("torch 0.0 (fake)");
    assertThat(json.get("late").get("arrays").asLong()).isPositive();
    assertThat(json.has("pytorchResident")).isTrue();
    assertThat(Files.readAllLines(FakeTwin.notes(folder))).hasSize(1 + 4);
  }

  @ParameterizedTest
  @CsvSource({
    "--threads -1,--threads is -1; it must be at least 1.",
    "--steps 2,Memory is to be looked at after steps 2 and 2",
    "--interval 0,at least 1 step between two draws",
  })
  void nonsenseIsOneSentence(String arguments, String sentence) {
    memory((Object[]) arguments.split(" ")).failsWith(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--method galore;'galore' is not one of full, lisa, owlore",
        "--frozen-state lost;'lost' is not one of kept, offloaded, dropped",
        "--against stock;'stock' is not one of pytorch",
      })
  void unknownNamesAreWrongUsageAndTheKnownOnesAreListed(String arguments, String sentence) {
    Run run = memory((Object[]) arguments.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(sentence).contains("Try 'owlore benchmark memory --help'.");
  }
}
