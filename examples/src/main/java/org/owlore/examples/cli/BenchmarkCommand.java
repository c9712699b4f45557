package org.owlore.examples.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code owlore benchmark}. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    description = "Measures speed and memory, ours and that of others.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StepBenchmarkCommand.class,
      MemoryBenchmarkCommand.class,
      SubspaceBenchmarkCommand.class,
      ImportsBenchmarkCommand.class,
      NetworkBenchmarkCommand.class,
      DeviceBenchmarkCommand.class,
      HelpCommand.class
    })
final class BenchmarkCommand {}
