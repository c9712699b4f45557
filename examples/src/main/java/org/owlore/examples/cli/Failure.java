package org.owlore.examples.cli;

import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one sentence why a command failed; shows where in the code only when asked. */
final class Failure implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception exception, CommandLine commandLine, ParseResult parseResult) {
    commandLine.getErr().println("owlore: " + sentence(exception));
    if (Verbosity.isVerbose(parseResult)) {
      exception.printStackTrace(commandLine.getErr());
    }
    return commandLine.getCommandSpec().exitCodeOnExecutionException();
  }

  private static String sentence(Exception exception) {
    String message = exception.getMessage();
    boolean meantForUsers =
        exception instanceof IllegalArgumentException
            || exception instanceof IllegalStateException
            || exception instanceof UnsupportedOperationException
            || exception instanceof UncheckedIOException
            || exception.getClass().getName().startsWith("org.owlore.");
    if (message != null && meantForUsers) {
      return message;
    }
    if (exception instanceof FileSystemException failure) {
      return "%s: %s.".formatted(failure.getFile(), reason(failure));
    }
    return "internal error (%s); run again with --verbose and report what it shows."
        .formatted(exception);
  }

  private static String reason(FileSystemException failure) {
    if (failure.getReason() != null) {
      return failure.getReason();
    }
    return failure instanceof NoSuchFileException ? "there is no such file" : "access failed";
  }
}
