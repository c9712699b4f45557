package org.owlore.examples.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Mixin: {@code --verbose}. */
final class Verbosity {
  private static final String NAME = "--verbose";

  @Option(
      names = {"-v", NAME},
      description = "Show where in the code a failure came from.")
  private boolean verbose;

  /** Whether the command that was run was asked to be verbose. */
  static boolean isVerbose(ParseResult parseResult) {
    ParseResult innermost = parseResult;
    while (innermost.hasSubcommand()) {
      innermost = innermost.subcommand();
    }
    return innermost.hasMatchedOption(NAME);
  }
}
