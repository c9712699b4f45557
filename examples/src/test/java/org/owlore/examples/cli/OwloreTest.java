package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.owlore.examples.cli.Run.owlore;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class OwloreTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"scores", "finetune", "evaluate", "generate", "check", "quickstart", "devices"})
  void everyCommandHasHelp(String command) {
    Run run = owlore(command, "--help").succeeds();

    assertThat(run.out()).startsWith("Usage: owlore " + command).contains("--verbose");
    assertThat(owlore("--help").succeeds().out()).contains("  " + command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"step", "memory", "subspace", "device"})
  void everyBenchmarkHasHelp(String name) {
    Run run = owlore("benchmark", name, "--help").succeeds();

    assertThat(run.out()).startsWith("Usage: owlore benchmark " + name).contains("--verbose");
    assertThat(owlore("benchmark", "--help").succeeds().out()).contains("  " + name);
    assertThat(owlore("--help").succeeds().out()).contains("  benchmark");
  }

  @Test
  void helpNamesDefaultsAndUnits() {
    assertThat(owlore("finetune", "--help").out())
        .containsPattern("--interval=STEPS +[^(]+\\(default: 50\\)")
        .containsPattern("--learning-rate=X +[^(]+\\(default: 3e-4\\)");
  }

  @Test
  void anUnknownOptionIsWrongUsageAndPointsToHelp() {
    Run run = owlore("evaluate", "--model", "m", "--data", "d", "--bach-size", "4");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("'--bach-size'").contains("Try 'owlore evaluate --help'.");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anUnknownCommandIsWrongUsage() {
    Run run = owlore("finetun");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("finetun").contains("Did you mean: owlore finetune");
  }

  @Test
  void noCommandShowsTheCommands() {
    Run run = owlore();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Missing required subcommand");
  }

  @Test
  void aMissingOptionIsWrongUsage() {
    Run run = owlore("scores", "--model", "m");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Missing required options: '--data=FILE', '--out=FILE'");
  }

  @Test
  void aFailureIsOneSentenceUnlessMoreIsAskedFor() {
    owlore("evaluate", "--model", "nowhere", "--data", "x.txt").failsWith("nowhere/config.json");

    assertThat(owlore("evaluate", "--model", "nowhere", "--data", "x.txt", "--verbose").err())
        .contains("owlore: ")
        .contains("\tat org.owlore.");
  }

  @Test
  void lackOfMemoryIsOneSentence() {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        new CommandLine(
                CommandSpec.wrapWithoutInspection(
                    (Runnable)
                        () -> {
                          throw new OutOfMemoryError("Java heap space");
                        }))
            .setErr(new PrintWriter(err, true));

    assertThat(Owlore.execute(commandLine)).isEqualTo(1);
    assertThat(err.toString()).startsWith("owlore: out of memory (Java heap space): lower ");
  }
}
