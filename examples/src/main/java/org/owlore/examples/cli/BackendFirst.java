package org.owlore.examples.cli;

import java.util.List;
import java.util.function.Supplier;
import lombok.RequiredArgsConstructor;
import org.owlore.backend.Backend;
import org.owlore.backend.BackendException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Starts ND4J before a command does anything, so that a machine on which it cannot compute is one
 * sentence. Help and wrong usage need no ND4J.
 */
@RequiredArgsConstructor
final class BackendFirst extends RunLast {
  private static final long serialVersionUID = 1L;

  private final transient Supplier<Backend> start;

  @Override
  protected List<Object> handle(ParseResult parseResult) {
    if (parseResult.hasSubcommand()) {
      announce(parseResult.commandSpec().commandLine());
    }
    return super.handle(parseResult);
  }

  /** The CPU is what everybody expects. */
  private void announce(CommandLine commandLine) {
    try {
      Backend backend = start.get();
      if (backend.device() != null) {
        commandLine.getErr().println("owlore: " + backend.description());
      }
    } catch (BackendException e) {
      throw new ExecutionException(commandLine, e.getMessage(), e);
    }
  }
}
