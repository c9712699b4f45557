package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import org.junit.jupiter.api.Test;

/** With the {@link PretendDevices}, which the tests have on their class path. */
class DevicesCommandTest {

  @Test
  void theHostIsTheFirstDevice() {
    assertThat(owlore("devices").succeeds().out().lines().findFirst().orElseThrow())
        .matches("cpu +\\w+Backend, \\d+ threads, at most \\S+ .B off the heap and \\S+ .B on it");
  }

  @Test
  void eachDeviceHasItsNameAndWhyItCannotBeUsed() {
    assertThat(owlore("devices").succeeds().out())
        .containsPattern("pretend:0 The host in disguise\\R")
        .contains("pretend:1 An old one; cannot be used: pretend:1 is too old: take pretend:0.");
  }

  @Test
  void aRequiredDeviceThatIsThereIsSuccess() {
    owlore("devices", "--require", "pretend").succeeds();
  }

  @Test
  void aRequiredDeviceThatIsMissingIsExitCodeThree() {
    Run run = owlore("devices", "--require", "cuda");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).isEqualTo("owlore: no CUDA device%n".formatted());
  }

  @Test
  void aKindThatThereIsNotIsWrongUsage() {
    Run run = owlore("devices", "--require", "abacus");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith(
            "owlore: Invalid value for option '--require': 'abacus' is no kind of device; there are cpu, cuda, pretend")
        .contains("Try 'owlore devices --help'.");
  }
}
