package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.owlore.examples.cli.Run.owlore;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.owlore.graph.LanguageModel;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.testing.SharedData;

class FineTuneCommandTest extends FineTuneFixture {
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

  private static float[] weight(Path checkpoint, String name) {
    LanguageModel loaded = HuggingFaceCheckpoint.open(checkpoint).load();
    return loaded.graph().getVariable(name).getArr().dup().reshape(-1).toFloatVector();
  }
}
