package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.owlore.finetune.Method;

/** The protocol, with a shell script for PyTorch. */
class PyTorchTwinTest {
  private static final Workload WORKLOAD = new Workload(BenchmarkModel.TINY, 3, 8, 4, 2);

  @TempDir private Path folder;

  private static PyTorchTwin start(String python, Path script) {
    return new PyTorchTwin(
        python, script, WORKLOAD, List.of(Method.FULL, Method.LISA, Method.OWLORE), 2);
  }

  private static Turn turn(Method method, Integer... blocks) {
    return new Turn(0, method, List.of(blocks), true, false);
  }

  @Test
  void itIsToldTheModelAndEachStep() throws IOException {
    try (PyTorchTwin twin = start(FakeTwin.INTERPRETER, FakeTwin.write(folder))) {
      assertThat(twin.version()).isEqualTo("torch 0.0 (fake)");
      assertThat(twin.step(turn(Method.FULL, 0, 1)).total()).isEqualTo(12.5);
      assertThat(twin.step(turn(Method.LISA, 0)).total()).isEqualTo(12.5);
      assertThat(twin.step(turn(Method.OWLORE, 0, 1)).update()).isNaN();
    }

    assertThat(Files.readAllLines(FakeTwin.notes(folder)))
        .containsExactly(
            "--methods full,lisa,owlore --threads 2 --blocks 2 --hidden 32 --intermediate 48"
                + " --heads 2 --vocabulary 64 --batch 3 --length 8 --rank 4",
            "full",
            "lisa 0",
            "owlore 0 1");
  }

  @Test
  void anAnswerThatIsNoTimeIsQuoted() throws IOException {
    Path script = FakeTwin.script(folder, "echo torch; read line; echo Hm; read line");
    try (PyTorchTwin twin = start(FakeTwin.INTERPRETER, script)) {
      assertThatThrownBy(() -> twin.step(turn(Method.FULL)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The PyTorch twin was to answer with milliseconds, but said \"Hm\".");
    }
  }

  @Test
  void aMissingInterpreterOrScriptIsNamed() throws IOException {
    Path script = FakeTwin.write(folder);

    assertThatThrownBy(() -> start("no-such-python", script))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"no-such-python\" is no program");
    assertThatThrownBy(() -> start(FakeTwin.INTERPRETER, folder.resolve("none.py")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no PyTorch twin at")
        .hasMessageContaining("none.py: say with --twin");
  }
}
