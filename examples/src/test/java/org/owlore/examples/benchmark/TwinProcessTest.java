package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell script that fails as Python does. */
class TwinProcessTest {
  @TempDir private Path folder;

  private TwinProcess start(String script) throws IOException {
    Path source = FakeTwin.script(folder, script);
    return new TwinProcess(
        FakeTwin.INTERPRETER, source, List.of("--device", "cuda:0"), Map.of("WORD", "torch 0.0"));
  }

  private String command() {
    return "sh %s --device cuda:0".formatted(folder.resolve("twin.sh"));
  }

  @Test
  void itSaysItsVersionAndAnswers() throws IOException {
    try (TwinProcess twin = start("echo $WORD; read line; echo \"<$line>\"")) {
      assertThat(twin.version()).isEqualTo("torch 0.0");
      assertThat(twin.ask("full")).isEqualTo("<full>");
      assertThat(twin.pid()).isPositive();
    }
  }

  @Test
  void withoutTorchItSaysWhatIsMissing() {
    String python =
        """
        echo 'Traceback (most recent call last):' >&2
        echo '  File "pytorch_device.py", line 24, in <module>' >&2
        echo "ModuleNotFoundError: No module named 'torch'" >&2
        exit 1
        """;

    assertThatThrownBy(() -> start(python))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "PyTorch did not start (%s), saying \"ModuleNotFoundError: No module named 'torch'\": install what is missing, name another interpreter with --python, or leave --against pytorch out.",
            command());
  }

  @Test
  void theErrorIsQuotedRatherThanTheHintsAfterIt() throws IOException {
    String python =
        """
        echo torch
        read line
        echo 'Traceback (most recent call last):' >&2
        echo 'torch.AcceleratorError: CUDA error: an illegal instruction was met' >&2
        echo 'For debugging consider passing CUDA_LAUNCH_BLOCKING=1' >&2
        echo 'Compile with TORCH_USE_CUDA_DSA to enable device-side assertions.' >&2
        echo >&2
        exit 1
        """;
    try (TwinProcess twin = start(python)) {
      assertThatThrownBy(() -> twin.ask("owlore 2 5"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "PyTorch failed at \"owlore 2 5\" (%s), saying \"torch.AcceleratorError: CUDA error: an illegal instruction was met\": run that command by hand to see all it says, or leave --against pytorch out.",
              command());
    }
  }

  @Test
  void lackOfMemoryIsShortenedAndHasAdviceOfItsOwn() throws IOException {
    String python =
        """
        echo torch
        read line
        echo "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. %s" >&2
        exit 1
        """
            .formatted("GPU 0 has a total capacity of 139.8 GiB. ".repeat(9));
    try (TwinProcess twin = start(python)) {
      assertThatThrownBy(() -> twin.ask("full"))
          .hasMessageContaining(
              "saying \"torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0")
          .hasMessageEndingWith(
              " ...\": let nothing else use the device's memory, take a smaller model, or leave --against pytorch out.")
          .message()
          .hasSizeLessThan(400 + command().length());
    }
  }

  @Test
  void oneThatIsKilledSaysNothing() throws IOException {
    try (TwinProcess twin = start("echo torch; read line; exit 137")) {
      assertThatThrownBy(() -> twin.ask("peak"))
          .hasMessage(
              "PyTorch failed at \"peak\" (%s), ending with exit code 137 and no word: run that command by hand to see all it says, or leave --against pytorch out.",
              command());
    }
  }
}
