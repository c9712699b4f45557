package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.finetune.Method;
import org.owlore.huggingface.HuggingFaceCheckpoint;

class QuickstartCommandTest {
  @TempDir Path folder;

  @Test
  void theWholeJobLeavesModelsDataAndAPicture() {
    Run run = owlore("quickstart", "--out", folder, "--steps", 4).succeeds();

    assertThat(run.out())
        .contains("  layer 7  ")
        .containsPattern("right before: +\\d+\\.\\d %")
        .containsPattern("right after: +\\d+\\.\\d %")
        .containsPattern("Optimizer state: \\d+\\.\\d\\d MB, where full fine-tuning holds");
    assertThat(folder.resolve("loss.svg")).content().startsWith("<svg");
    assertThat(folder.resolve("test.jsonl")).content().contains("\"question\"");
    assertThat(HuggingFaceCheckpoint.open(folder.resolve("tuned")).load().layers().size())
        .isEqualTo(8);
  }

  @Test
  void whatItWritesIsFitForTheOtherCommands() {
    owlore("quickstart", "--out", folder, "--steps", 2).succeeds();

    owlore("evaluate", "--model", folder.resolve("tuned"), "--data", folder.resolve("test.jsonl"))
        .succeeds();
  }

  @Test
  void allMethodsAreCompared() {
    Run run = owlore("quickstart", "--out", folder, "--steps", 2, "--compare").succeeds();

    assertThat(run.out()).contains(Method.labels());
    assertThat(folder.resolve("comparison.svg")).content().contains(Method.labels());
  }

  @Test
  void impossibleLengthsAreOneSentence() {
    owlore("quickstart", "--out", folder, "--steps", 0).failsWith("run of 0");
  }
}
