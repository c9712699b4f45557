package org.owlore.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SilentConsoleTest {

  @Test
  void dropsWhatIsPrintedUntilItIsClosed() {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      try (SilentConsole silent = new SilentConsole()) {
        System.out.print("noise");
      }
      System.out.print("ours");
    } finally {
      System.setOut(console);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("ours");
  }
}
