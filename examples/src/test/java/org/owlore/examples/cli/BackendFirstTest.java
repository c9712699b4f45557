package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.owlore.backend.Backend;
import org.owlore.backend.BackendException;
import org.owlore.backend.CudaDevice;
import picocli.CommandLine;

class BackendFirstTest {
  private static final Supplier<Backend> NONE =
      () -> {
        throw new BackendException("No backend: install one.");
      };

  private final StringWriter err = new StringWriter();

  private int run(Supplier<Backend> start, String... arguments) {
    CommandLine commandLine = Owlore.commandLine();
    commandLine.setExecutionStrategy(new BackendFirst(start));
    commandLine.setErr(new PrintWriter(err, true)).setOut(new PrintWriter(new StringWriter()));
    return commandLine.execute(arguments);
  }

  @Test
  void aCommandOnAMachineWithoutBackendIsOneSentence() {
    assertThat(run(NONE, "evaluate", "--model", "nowhere", "--data", "x.txt")).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("owlore: No backend: install one.");
  }

  @Test
  void helpAndVersionNeedNoBackend() {
    assertThat(run(NONE, "--help")).isZero();
    assertThat(run(NONE, "--version")).isZero();
    assertThat(run(NONE, "help", "evaluate")).isZero();
    assertThat(run(NONE, "evaluate", "--help")).isZero();
  }

  @Test
  void wrongUsageNeedsNoBackend() {
    assertThat(run(NONE, "finetun")).isEqualTo(2);
    assertThat(run(NONE)).isEqualTo(2);
  }

  @Test
  void aGpuIsNamedBeforeTheCommandRuns() {
    CudaDevice device = new CudaDevice("Tesla T4", 7, 5);

    run(() -> new Backend("CUDA", device), "evaluate", "--model", "nowhere", "--data", "x.txt");

    assertThat(err.toString().lines().findFirst()).hasValue("owlore: " + device.judgement());
  }

  @Test
  void theCpuIsNotWorthALine() {
    run(() -> new Backend("CPU", null), "evaluate", "--model", "nowhere", "--data", "x.txt");

    assertThat(err.toString().lines()).singleElement().asString().contains("nowhere");
  }
}
