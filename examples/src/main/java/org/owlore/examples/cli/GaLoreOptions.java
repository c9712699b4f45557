package org.owlore.examples.cli;

import org.nd4j.linalg.schedule.ISchedule;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.Projection;
import org.owlore.galore.SubspaceFinder;
import picocli.CommandLine.Option;

/** Mixin: the optimizer, and the subspace in which the low-rank methods keep its state. */
final class GaLoreOptions {
  @Option(
      names = "--rank",
      defaultValue = "128",
      paramLabel = "R",
      description = "Dimensions of the subspace (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--refresh",
      defaultValue = "200",
      paramLabel = "STEPS",
      description =
          "Steps of a weight between two searches for its subspace (default: ${DEFAULT-VALUE}).")
  private int refresh;

  @Option(
      names = "--scale",
      defaultValue = "1.0",
      paramLabel = "FACTOR",
      description = "Factor on the update of a projected weight (default: ${DEFAULT-VALUE}).")
  private double scale;

  @Option(
      names = "--projection",
      defaultValue = "std",
      paramLabel = "SIDE",
      description =
          "Side of the gradient that is projected: std, reverse-std, left, right or full (default:"
              + " ${DEFAULT-VALUE}).")
  private Projection projection;

  @Option(
      names = "--epsilon",
      defaultValue = "1e-6",
      paramLabel = "X",
      description = "Added to the root of Adam's second moment (default: ${DEFAULT-VALUE}).")
  private double epsilon;

  GaLoreUpdater updater(ISchedule learningRate, long seed) {
    return GaLoreUpdater.builder()
        .learningRateSchedule(learningRate)
        .rank(rank)
        .refreshInterval(refresh)
        .scale(scale)
        .projection(projection)
        .epsilon(epsilon)
        .subspaceFinder(SubspaceFinder.automatic(seed))
        .build();
  }
}
