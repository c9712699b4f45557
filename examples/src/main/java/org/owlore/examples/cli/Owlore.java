package org.owlore.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code owlore} command. */
@Command(
    name = "owlore",
    description = "Fine-tunes language models in the memory of a few layers.",
    subcommands = {HelpCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "owlore 0.1.0-SNAPSHOT",
    usageHelpWidth = 100)
public final class Owlore {

  /** Runs a command and exits: 0 for success, 1 for failure, 2 for wrong usage. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The parser with all commands. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Owlore());
    commandLine.setParameterExceptionHandler(new WrongUsage());
    commandLine.setExecutionExceptionHandler(new Failure());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    return commandLine;
  }
}
