package org.owlore.examples.cli;

import org.owlore.backend.Backend;
import org.owlore.examples.benchmark.BenchmarkModel;
import org.owlore.examples.learningrate.Decay;
import org.owlore.finetune.Checkpointing;
import org.owlore.finetune.FrozenState;
import org.owlore.finetune.Method;
import org.owlore.finetune.NarrowUpdate;
import org.owlore.galore.Projection;
import org.owlore.precision.StorageType;
import org.owlore.sampling.Draw;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The {@code owlore} command. */
@Command(
    name = "owlore",
    description = "Fine-tunes language models in the memory of a few layers.",
    subcommands = {
      FineTuneCommand.class,
      ScoresCommand.class,
      EvaluateCommand.class,
      GenerateCommand.class,
      CheckCommand.class,
      QuickstartCommand.class,
      RecipeCommand.class,
      DevicesCommand.class,
      BenchmarkCommand.class,
      HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "owlore 0.1.0-SNAPSHOT")
public final class Owlore {

  /** Runs a command and exits: 0 for success, 1 for failure, 2 for wrong usage. */
  public static void main(String[] arguments) {
    System.exit(execute(commandLine(), arguments));
  }

  /** Runs a command; lack of memory is no crash but something the user can do about. */
  static int execute(CommandLine commandLine, String... arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (OutOfMemoryError e) {
      commandLine
          .getErr()
          .printf(
              "owlore: out of memory (%s): lower --batch-size or --max-length, or give more with"
                  + " OWLORE_JAVA_OPTS, e.g. -Xmx4g.%n",
              e.getMessage());
      return 1;
    }
  }

  /** The parser with all commands. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Owlore());
    commandLine.setExecutionStrategy(new BackendFirst(Backend::start));
    commandLine.setUsageHelpWidth(100);
    commandLine.setParameterExceptionHandler(new WrongUsage());
    commandLine.setExecutionExceptionHandler(new Failure());
    EnumLabels.register(commandLine, Method.class);
    EnumLabels.register(commandLine, Draw.class);
    EnumLabels.register(commandLine, Checkpointing.class);
    EnumLabels.register(commandLine, Decay.class);
    EnumLabels.register(commandLine, Projection.class);
    EnumLabels.register(commandLine, BenchmarkModel.class);
    EnumLabels.register(commandLine, StepBenchmarkCommand.Rival.class);
    EnumLabels.register(commandLine, NarrowUpdate.class);
    EnumLabels.register(commandLine, StorageType.class);
    EnumLabels.register(commandLine, MemoryBenchmarkCommand.Rival.class);
    EnumLabels.register(commandLine, FrozenState.class);
    EnumLabels.register(commandLine, DeviceBenchmarkCommand.Question.class);
    EnumLabels.register(commandLine, DeviceTwinOptions.Rival.class);
    EnumLabels.register(commandLine, NetworkBenchmarkCommand.Part.class);
    EnumLabels.register(commandLine, NetworkBenchmarkCommand.Size.class);
    EnumLabels.register(commandLine, RecipeCommand.Network.class);
    return commandLine;
  }
}
