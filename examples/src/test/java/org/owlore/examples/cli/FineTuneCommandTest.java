package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.testing.SharedData;

class FineTuneCommandTest {
  @TempDir Path folder;
  private Path model;
  private Path data;
  private Path out;

  @BeforeEach
  void writeInputs() throws IOException {
    model = TinyModel.writeTo(Files.createDirectory(folder.resolve("model")));
    out = folder.resolve("out");
    List<String> sums =
        IntStream.range(0, 8)
            .mapToObj(i -> "{\"question\":\"" + i + "+1\",\"answer\":\"" + (i + 1) + "\"}")
            .toList();
    data = Files.write(folder.resolve("sums.jsonl"), sums);
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "galore", "lisa", "lisa-d", "owlore-full-rank", "owlore"})
  void everyMethodLearnsAndWritesACheckpoint(String method) throws IOException {
    Path log = folder.resolve("logs/log.jsonl");

    finetuneScored(method, "--steps", 12, "--learning-rate", 0.01, "--log", log).succeeds();

    List<JsonNode> steps = lines(log);
    assertThat(steps).hasSize(12);
    assertThat(steps.get(11).get("loss").asDouble())
        .isLessThan(steps.get(0).get("loss").asDouble());
    assertThat(HuggingFaceCheckpoint.open(out).load().layers().size()).isEqualTo(TinyModel.LAYERS);
    assertThat(out.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(model.resolve("tokenizer.json"));
  }

  @Test
  void theLogTellsEachStep() throws IOException {
    Path log = folder.resolve("log.jsonl");

    finetune("lisa", "--steps", 4, "--warmup-steps", 2, "--interval", 2, "--log", log).succeeds();

    JsonNode second = lines(log).get(1);
    assertThat(second.fieldNames())
        .toIterable()
        .containsExactly(
            "step", "loss", "active", "learningRate", "tokens", "seconds", "peakBytes");
    assertThat(second.get("step").asInt()).isEqualTo(1);
    assertThat(second.get("active")).hasSize(1).isEqualTo(lines(log).get(0).get("active"));
    assertThat(second.get("learningRate").asDouble()).isEqualTo(3e-4);
    assertThat(second.get("tokens").asInt()).isPositive();
    assertThat(second.get("peakBytes").asLong()).isPositive();
  }

  @Test
  void aProfileTellsWhereTheTimeWent() {
    String shown = finetune("full", "--steps", 3, "--profile=2").succeeds().out();

    assertThat(shown)
        .containsPattern("profile of 2 steps: [\\d.]+ ms")
        .containsPattern("operation +ms")
        .containsPattern("\\d+ others")
        .containsPattern("head and loss +\\d");
    assertThat(finetune("full", "--steps", 1).succeeds().out()).doesNotContain("profile");
    finetune("full", "--profile=0").failsWith("--profile is to show 0 rows");
  }

  @Test
  void checkpointingChangesNoLossAndHoldsLess() throws IOException {
    Path kept = folder.resolve("kept.jsonl");
    Path recomputed = folder.resolve("recomputed.jsonl");

    finetune("full", "--steps", 3, "--log", kept).succeeds();
    finetune("full", "--steps", 3, "--checkpointing", "block", "--log", recomputed).succeeds();

    assertThat(lines(recomputed))
        .extracting(step -> step.get("loss"))
        .isEqualTo(lines(kept).stream().map(step -> step.get("loss")).toList());
    assertThat(lines(recomputed).get(2).get("peakBytes").asLong())
        .isLessThan(lines(kept).get(2).get("peakBytes").asLong());
  }

  @Test
  void settingsThatSaveNothingAreNoted() throws IOException {
    String notes =
        finetuneScored("owlore", "--steps", 1, "--gamma", 3, "--rank", 128).succeeds().err();
    assertThat(notes)
        .contains("note: --gamma 3 is every layer of this model: none is ever frozen.")
        .contains("note: --rank 128 is no less than the shorter side of any matrix");
    assertThat(finetuneScored("owlore", "--steps", 1).succeeds().err()).doesNotContain("note:");
  }

  @Test
  void stateOfFrozenLayersCanBeDropped() throws IOException {
    Path schedule = Files.writeString(folder.resolve("schedule.json"), "[[2], [0], [1]]");
    List<Object> run = List.of("--steps", 3, "--interval", 1, "--schedule", schedule);
    String kept = finetune("lisa", run.toArray()).succeeds().out();
    List<Object> dropping = new ArrayList<>(run);
    dropping.addAll(List.of("--frozen-state", "dropped"));
    String dropped = finetune("lisa", dropping.toArray()).succeeds().out();
    assertThat(optimizer(dropped)).isLessThan(optimizer(kept));
  }

  private static double optimizer(String summary) {
    return Double.parseDouble(summary.replaceAll("(?s).*optimizer ([\\d.]+) MB.*", "$1"));
  }

  @Test
  void anEpochIsOnePassOverTheData() throws IOException {
    Path log = folder.resolve("log.jsonl");

    finetune("full", "--epochs", 2, "--batch-size", 3, "--log", log).succeeds();

    assertThat(lines(log)).hasSize(2 * 3);
  }

  @Test
  void aScheduleSaysWhichLayersTrainAndTheOthersStayAsTheyAre() throws IOException {
    Path schedule = Files.writeString(folder.resolve("schedule.json"), "[[2], [0]]");
    Path log = folder.resolve("log.jsonl");

    finetune("owlore", "--steps", 4, "--interval", 2, "--schedule", schedule, "--log", log)
        .succeeds();

    assertThat(lines(log))
        .extracting(step -> step.get("active").toString())
        .containsExactly("[2]", "[2]", "[0]", "[0]");
    String weight = "model.layers.%d.mlp.up_proj.weight";
    assertThat(weight(out, weight.formatted(1)))
        .containsExactly(weight(model, weight.formatted(1)));
    assertThat(weight(out, weight.formatted(2)))
        .doesNotContain(weight(model, weight.formatted(2))[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stochastic-rounding", "masters"})
  void weightsAreStoredNarrowOnRequest(String update) throws IOException {
    Path log = folder.resolve("log.jsonl");
    finetune("full", "--steps", 2, "--log", log).succeeds();
    long wide = lines(log).get(0).get("peakBytes").asLong();

    Run run =
        finetune("full", "--steps", 2, "--log", log, "--weights", "bf16", "--narrow-update", update)
            .succeeds();

    assertThat(run.err()).containsOnlyOnce("The weights of " + model + " are rounded to bf16");
    long narrow = lines(log).get(0).get("peakBytes").asLong();
    assertThat(narrow).isNotEqualTo(wide);
    for (float number : weight(out, "model.layers.1.mlp.up_proj.weight")) {
      assertThat(Float.floatToRawIntBits(number) & 0xFFFF).isZero();
    }
  }

  @Test
  void equalSeedsTrainEqually() throws IOException {
    finetuneScored("owlore", "--steps", 3, "--seed", 5).succeeds();
    byte[] first = Files.readAllBytes(out.resolve("model.safetensors"));
    finetuneScored("owlore", "--steps", 3, "--seed", 5).succeeds();

    assertThat(out.resolve("model.safetensors")).hasBinaryContent(first);
  }

  @Test
  void scoresAreUsedAndChecked() throws IOException {
    Path file = Files.writeString(folder.resolve("scores.json"), scores(0, 3, 0));
    Path log = folder.resolve("log.jsonl");
    finetune("owlore", "--steps", 3, "--interval", 1, "--scores", file, "--log", log).succeeds();
    assertThat(lines(log)).allMatch(step -> step.get("active").toString().equals("[1]"));

    Files.writeString(file, scores(1));
    finetune("owlore", "--scores", file)
        .failsWith("scores.json scores 1 layers, but the model has 3.");
    finetune("owlore", "--scores", folder.resolve("none.json"))
        .failsWith("none.json: there is no scores file of this name.");
  }

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

  @Test
  void aModelTrainsOnTheDeviceThatIsAskedFor() throws IOException {
    Path there = folder.resolve("there.jsonl");
    Path here = folder.resolve("here.jsonl");

    Run run =
        finetune(
                "full",
                "--steps",
                2,
                "--device",
                "pretend:0",
                "--precision",
                "bf16",
                "--log",
                there)
            .succeeds();
    finetune("full", "--steps", 2, "--log", here).succeeds();

    assertThat(run.out()).containsPattern("peak memory \\S+ MB on pretend:0 \\(weights ");
    assertThat(lines(there))
        .extracting(step -> step.get("loss"))
        .isEqualTo(lines(here).stream().map(step -> step.get("loss")).toList());
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

  /** From the first refresh on, low-rank curves depend on signs that the reference left open. */
  @ParameterizedTest
  @CsvSource({
    "full_adamw, full, 20",
    "lisa_adamw, lisa, 20",
    "galore_adamw, galore, 5",
    "owlore, owlore, 5"
  })
  void realTrainingFollowsPyTorch(String curve, String method, int steps) throws IOException {
    Path stories = SharedData.require("data/stories260K");
    Path tokens = SharedData.require("golden/train/tokens.npy");
    var reference = SharedData.json("golden/train/curves.json");
    Path schedule = folder.resolve("schedule.json");
    Files.writeString(schedule, reference.get("active_blocks_every_5_steps").toString());
    Path log = folder.resolve("log.jsonl");
    Object[] settings = {
      "finetune",
      "--model",
      stories,
      "--data",
      tokens,
      "--method",
      method,
      "--out",
      out,
      "--schedule",
      schedule,
      "--interval",
      5,
      "--rank",
      8,
      "--refresh",
      4,
      "--batch-size",
      4,
      "--steps",
      steps,
      "--learning-rate",
      1e-3,
      "--lr-schedule",
      "constant",
      "--shuffle",
      false,
      "--log",
      log
    };

    owlore(settings).succeeds();

    List<JsonNode> logged = lines(log);
    for (int step = 0; step < steps; step++) {
      assertThat(logged.get(step).get("loss").asDouble())
          .isEqualTo(reference.at("/loss/" + curve + "/" + step).asDouble(), within(1e-3));
    }
  }

  private Run finetune(String method, Object... more) {
    return run(method, List.of("--gamma", 1, "--rank", 4), more);
  }

  /** With scores, because so small a model has no outliers of its own. */
  private Run finetuneScored(String method, Object... more) throws IOException {
    Path even = Files.writeString(folder.resolve("even.json"), scores(1, 1, 1));
    return run(method, List.of("--gamma", 1, "--rank", 4, "--scores", even), more);
  }

  /** Options that are given twice are wrong usage, so a default gives way. */
  private Run run(String method, List<Object> defaults, Object... more) {
    List<Object> given = Arrays.asList(more);
    List<Object> arguments = new ArrayList<>(List.of("finetune", "--model", model, "--data", data));
    arguments.addAll(List.of("--method", method, "--out", out));
    for (int i = 0; i < defaults.size(); i += 2) {
      if (!given.contains(defaults.get(i))) {
        arguments.addAll(defaults.subList(i, i + 2));
      }
    }
    arguments.addAll(given);
    return owlore(arguments.toArray());
  }

  private static String scores(double... values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> "{\"layer\":" + i + ",\"score\":" + values[i] + "}")
        .collect(Collectors.joining(",", "{\"metric\":\"mine\",\"layers\":[", "]}"));
  }

  private static List<JsonNode> lines(Path log) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(log).stream().map(line -> read(json, line)).toList();
  }

  private static JsonNode read(ObjectMapper json, String line) {
    try {
      return json.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private static float[] weight(Path checkpoint, String name) {
    LanguageModel loaded = HuggingFaceCheckpoint.open(checkpoint).load();
    return loaded.graph().getVariable(name).getArr().dup().reshape(-1).toFloatVector();
  }
}
