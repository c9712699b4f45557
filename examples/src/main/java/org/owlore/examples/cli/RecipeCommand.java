package org.owlore.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.owlore.examples.dl4j.GraphRecipe;
import org.owlore.examples.dl4j.KerasRecipe;
import org.owlore.examples.dl4j.LayeredRecipe;
import org.owlore.examples.dl4j.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code owlore recipe}. */
@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a Deeplearning4j network as it was and with OwLore's two lines.",
      "The programs are in examples/src/main/java/org/owlore/examples/dl4j."
    })
final class RecipeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Verbosity verbosity;

  /** The programs. */
  enum Network {
    LAYERED,
    GRAPH,
    KERAS
  }

  @Parameters(
      paramLabel = "NAME",
      description = {
        "layered: a MultiLayerNetwork on Iris; graph: a ComputationGraph, a transformer on rows of"
            + " tokens that it makes itself;",
        "keras: a transformer that Keras saved, on such rows."
      })
  private Network network;

  @Option(
      names = "--epochs",
      defaultValue = "20",
      paramLabel = "N",
      description = "To train, at least 1 (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Override
  public Integer call() throws IOException {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "--epochs is %d; it must be at least 1.".formatted(epochs));
    }
    PrintWriter out = spec.commandLine().getOut();
    try (SilentConsole silent = new SilentConsole()) {
      Recipe recipe = recipe();
      print(out, "before", recipe.before(epochs));
      print(out, "with OwLore", recipe.after(epochs));
    }
    return 0;
  }

  private Recipe recipe() throws IOException {
    return switch (network) {
      case LAYERED -> new LayeredRecipe();
      case GRAPH -> new GraphRecipe();
      case KERAS -> new KerasRecipe(temporaryFolder());
    };
  }

  private static Path temporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("owlore");
    folder.toFile().deleteOnExit();
    folder.resolve("transformer.h5").toFile().deleteOnExit();
    return folder;
  }

  private static void print(PrintWriter out, String who, double accuracy) {
    out.println(String.format(Locale.ROOT, "%-12s %5.1f %% right", who, 100 * accuracy));
    out.flush();
  }
}
