package org.owlore.examples.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Drops what libraries print to standard output: SameDiff writes a line for each operation that it
 * differentiates. Our own output goes to the writer that was taken before.
 */
final class SilentConsole implements AutoCloseable {
  private final PrintStream console = System.out;

  SilentConsole() {
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    System.setOut(console);
  }
}
