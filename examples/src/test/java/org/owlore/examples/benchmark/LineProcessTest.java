package org.owlore.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineProcessTest {

  private static LineProcess shell(String script) {
    return new LineProcess("The helper", Map.of("GREETING", "hello"), List.of("sh", "-c", script));
  }

  @Test
  void eachLineIsAnswered() {
    try (LineProcess process =
        shell("echo $GREETING; while read line; do echo \"<$line>\"; done")) {
      assertThat(process.read()).isEqualTo("hello");
      assertThat(process.ask("a b")).isEqualTo("<a b>");
      assertThat(process.ask("c")).isEqualTo("<c>");
      assertThat(process.pid()).isPositive();
    }
  }

  @Test
  void whatAProcessComplainsAboutDoesNotHoldItUp() {
    try (LineProcess process =
        shell("i=0; while [ $i -lt 9999 ]; do echo complaint >&2; i=$((i+1)); done; echo done")) {
      assertThat(process.read()).isEqualTo("done");
    }
  }

  @Test
  void aProcessThatEndedIsQuoted() {
    try (LineProcess process = shell("read line; echo first >&2; echo no luck >&2; exit 3")) {
      assertThatThrownBy(() -> process.ask("anything"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The helper ended with exit code 3, saying \"no luck\".");
    }
  }

  @Test
  void theErrorIsQuotedRatherThanWhatFollowsIt() {
    try (LineProcess process =
        shell("echo 'a.b.SomeError: no luck' >&2; echo 'Try again' >&2; exit 3")) {
      assertThatThrownBy(process::read)
          .isInstanceOfSatisfying(
              LineProcess.EndedException.class,
              end -> {
                assertThat(end.exitCode()).isEqualTo(3);
                assertThat(end.complaint()).isEqualTo("a.b.SomeError: no luck");
              });
    }
  }

  @Test
  void aProcessThatEndedSilentlyIsNamed() {
    try (LineProcess process = shell("exit 0")) {
      assertThatThrownBy(process::read)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The helper ended with exit code 0 and no word.");
    }
  }

  @Test
  void aMissingProgramIsNamed() {
    assertThatThrownBy(() -> new LineProcess("The helper", Map.of(), List.of("no-such-program")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The helper cannot be started: \"no-such-program\" is no program that runs here.");
  }

  @Test
  void closingEndsTheProcess() {
    LineProcess process = shell("while read line; do echo; done");
    process.close();

    assertThat(ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }
}
