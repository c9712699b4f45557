package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.owlore.examples.benchmark.FakeTwin;

/** On the host and on a tiny model; how long anything takes is not looked at. */
class DeviceBenchmarkCommandTest {
  @TempDir private Path folder;

  private static Run device(String part, Object... more) {
    Object[] tiny = {"benchmark", "device", "--part", part, "--models", "tiny", "--rank", 8};
    return owlore(Stream.concat(Stream.of(tiny), Stream.of(more)).toArray());
  }

  @Test
  void stepsAreTimedInTurnWithPyTorchEagerAndCompiled() throws IOException {
    Path twin =
        FakeTwin.script(
            folder,
            """
            echo "$@" >> %1$s/arguments
            echo "torch 0.0 (fake)"
            while read line; do
              echo "$line" >> %1$s/requests
              case $line in ceilings) echo 790 4300;; peak) echo 5e9;; *) echo 2.5;; esac
            done
            """
                .formatted(folder));
    Path file = folder.resolve("speed.json");

    Run run =
        device(
                "speed",
                "--gamma",
                1,
                "--steps",
                2,
                "--warm-up",
                1,
                "--against",
                "pytorch",
                "--python",
                FakeTwin.INTERPRETER,
                "--twin",
                twin,
                "--json",
                file)
            .succeeds();

    assertThat(run.out())
        .containsPattern("ceiling: bf16 matrix products +790.000 TFLOP/s")
        .containsPattern("tiny 2 x 16 owlore: step, owlore +[\\d.]+ ms")
        .containsPattern("tiny 2 x 16 lisa: step, pytorch-compiled +2.500 ms")
        .containsPattern("tiny 2 x 16 full: speed / pytorch +\\S+ times")
        .containsPattern("most memory, pytorch +5.000 GB");
    assertThat(Files.readAllLines(folder.resolve("arguments")))
        .hasSize(3)
        .allMatch(line -> line.contains("--device cpu"))
        .filteredOn(line -> line.contains("--compile"))
        .singleElement()
        .asString()
        .contains("--dtype bf16")
        .contains("--hidden 32");
    assertThat(Files.readAllLines(folder.resolve("requests")))
        .filteredOn(line -> line.matches("owlore [01]"))
        .hasSize(2 * 3);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("device").asText()).isEqualTo("cpu");
    assertThat(json.get("findings")).hasSizeGreaterThan(20);
  }

  @Test
  void aDeviceWithFormsIsTimedInEach() {
    Run run =
        device(
                "speed",
                "--device",
                "pretend",
                "--methods",
                "owlore",
                "--gamma",
                1,
                "--steps",
                2,
                "--warm-up",
                1)
            .succeeds();

    for (String size : List.of("tiny 2 x 16", "tiny 1 x 64")) {
      for (String row :
          List.of(
              "step, as set +[\\d.]+ ms",
              "step, fused +[\\d.]+ ms",
              "step, products +[\\d.]+ ms",
              "step, fused \\+ graphs +[\\d.]+ ms",
              "step, products \\+ graphs +[\\d.]+ ms",
              "fused / products +[\\d.]+ times",
              "fused \\+ graphs / products \\+ graphs +[\\d.]+ times",
              "fused \\+ graphs / fused +[\\d.]+ times",
              "products \\+ graphs / products +[\\d.]+ times")) {
        assertThat(run.out()).containsPattern(size + ", forms of owlore: " + row);
      }
    }
  }

  @Test
  void formsAreOwloresAlone() {
    Object[] lisa = {"--device", "pretend", "--methods", "lisa", "--steps", 2, "--gamma", 1};

    assertThat(device("speed", lisa).succeeds().out()).doesNotContain("forms");
  }

  @Test
  void memoryOfADeviceWithFormsIsThatOfFusedAttentionAndOfProductsBeside() {
    Object[] pretend = {"--device", "pretend", "--gamma", 1, "--batches", "1"};

    assertThat(device("memory", pretend).succeeds().out())
        .containsPattern("batch 1, gamma 1: together +\\S+ GB +at most 21.000: ok")
        .containsPattern("batch 1, gamma 1, products: together +\\S+ GB *\\R");
  }

  @Test
  void memoryIsMeasuredForBatchesAndForMoreAndMoreBlocks() {
    Run run = device("memory", "--gamma", 1, "--batches", "1,3").succeeds();

    assertThat(run.out())
        .containsPattern("batch 1, gamma 1: together +\\S+ GB +at most 21.000: ok")
        .contains("batch 3, gamma 1: ")
        .contains("batch 1, gamma 2: ")
        .doesNotContain("gamma 3");
  }

  @Test
  void moreMemoryThanIsAllowedIsExitCodeOne() {
    Run run = device("memory", "--gamma", 1, "--batches", "1", "--limit", "1e-6");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("FAILED");
  }

  @Test
  void memoryStaysTheSameOverManySteps() {
    assertThat(device("soak", "--gamma", 1, "--steps", 12).succeeds().out())
        .containsPattern("step 5: memory held +\\d+.\\d+ MB *\\R")
        .containsPattern("step 12: memory held +\\d+.\\d+ MB +1.000 times step 5\\R")
        .containsPattern("step 12 / step 5: memory held +1.000 times +at most 1.020: ok\\R");
  }

  @Test
  void aBatchThatIsNotRefusedAlthoughItShouldBeFails() {
    Run run = device("soak", "--gamma", 1, "--steps", 6, "--too-large", 4);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("batch of 4 rows is refused, for lack of memory +no +FAILED; It fitted.")
        .containsPattern("loss of a step after that +\\d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "soak --steps 5                           | The soak is to make 5 steps; it must be more than 5",
        "speed --device pretend:1                 | pretend:1 is too old",
        "speed --against pytorch --twin nowhere   | There is no PyTorch twin at nowhere",
        "memory --gamma 0                         | The blocks at a time must be from 1 to 2",
      })
  void nonsenseIsOneSentence(String arguments, String sentence) {
    String[] words = arguments.split(" ");
    device(words[0], (Object[]) java.util.Arrays.copyOfRange(words, 1, words.length))
        .failsWith(sentence);
  }

  @Test
  void aTwinThatFailsIsOneSentence() throws IOException {
    Path twin =
        FakeTwin.script(
            folder, "echo torch; read line; echo 'RuntimeError: no luck' >&2; echo hint >&2");

    Object[] against = {"--against", "pytorch", "--python", FakeTwin.INTERPRETER, "--twin", twin};
    device("speed", against)
        .failsWith(
            "PyTorch failed at \"ceilings\" (sh %s --device cpu), saying \"RuntimeError: no luck\": run that command by hand to see all it says, or leave --against pytorch out."
                .formatted(twin));
  }

  @Test
  void aTwinThatSaysSomethingElseIsOneSentence() throws IOException {
    Path twin = FakeTwin.script(folder, "echo torch; read line; echo hello");

    Object[] against = {"--against", "pytorch", "--python", FakeTwin.INTERPRETER, "--twin", twin};
    device("speed", against)
        .failsWith("was to answer \"ceilings\" with 2 numbers, but said \"hello\".");
  }
}
