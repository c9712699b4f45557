package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * A run of the command, through its parser.
 *
 * @param exitCode what the process would return
 * @param out standard output
 * @param err error output
 */
record Run(int exitCode, String out, String err) {

  /** Runs the command; arguments may be paths or numbers. */
  static Run owlore(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Owlore.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    int exitCode =
        commandLine.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  Run succeeds() {
    assertThat(exitCode).as(err).isZero();
    return this;
  }

  /** Checks that it failed with exit code 1 and this one sentence. */
  void failsWith(String sentence) {
    assertThat(exitCode).as(err).isEqualTo(1);
    assertThat(err.lines().filter(line -> !line.startsWith("data: ") && !line.startsWith("step ")))
        .singleElement()
        .asString()
        .startsWith("owlore: ")
        .contains(sentence)
        .endsWith(".");
  }
}
