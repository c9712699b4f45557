package org.owlore.examples.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with the arguments, what may have been meant, and where to find help. */
final class WrongUsage implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException exception, String[] arguments) {
    CommandLine commandLine = exception.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("owlore: " + exception.getMessage());
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.printf("Try '%s --help'.%n", commandLine.getCommandSpec().qualifiedName());
    return commandLine.getCommandSpec().exitCodeOnInvalidInput();
  }
}
